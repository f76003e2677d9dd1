//! Pictures: uploaded under their hash, before the apoyo that names them.

mod put;
mod sealed;

pub use put::{Place, PutRefused, Upload, admit, length, receive, shed};

/// The longest picture.
pub const MAX_PICTURE: u64 = 8 * 1024 * 1024;
/// The longest picture, sealed.
pub const MAX_PART: u64 = protocol::seal::sealed_length(MAX_PICTURE);

/// The shortest picture: the tables of any camera's JPEG are longer.
pub const MIN_PICTURE: u64 = 512;
/// The shortest picture, sealed.
pub const MIN_PART: u64 = protocol::seal::sealed_length(MIN_PICTURE);
