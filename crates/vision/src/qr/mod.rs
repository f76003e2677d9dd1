//! QR codes on a credential's back: from pixels to what they say.
//!
//! ```text
//! text.rs      what a code's bytes mean
//! locate.rs    finder patterns of one black-and-white picture, and the codes read there
//! squares.rs   those patterns as squares: what their sides tell of a code at a slant
//! finder.rs    finder patterns searched in grey levels
//! triples.rs   which three finder patterns belong to one code
//! corners.rs   from three finder patterns to a pose: its version and its fourth corner
//! soft/        reading a code whose pose is known from grey levels
//! live.rs      several frames of one card
//! decode.rs    the cascade: one step after another until the public code is read
//! steps/       the steps, one file each; a new one is a file, a line in `Step` and its place
//!              in a cascade
//! pose.rs      where a code lies: what finding hands to reading
//! ```
//!
//! A step may fail to read; it never guesses. What is returned passed the code's own error
//! correction.

mod budget;
mod corners;
mod decode;
mod finder;
mod found;
mod live;
mod locate;
pub mod pose;
pub mod soft;
mod squares;
mod steps;
mod text;
mod triples;

pub use budget::Budget;
pub use decode::{PictureCodes, decode_luma, decode_picture};
pub use found::{DecodedCode, Located, pick_public};
pub use live::Live;
pub use steps::Step;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod view_tests;
