//! Pictures: uploaded under their hash, before the apoyo that names them.

mod put;
mod sealed;

pub use put::{PutRefused, Upload, admit, length, receive};

/// The longest picture.
pub const MAX_PICTURE: u64 = 8 * 1024 * 1024;
/// The longest picture, sealed.
pub const MAX_PART: u64 = protocol::seal::sealed_length(MAX_PICTURE);
