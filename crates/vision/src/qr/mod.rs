//! QR codes on a credential's back: from pixels to their texts.
//!
//! ```text
//! text.rs      the text of a code's bytes, in any character set
//! locate.rs    finder patterns in a black-and-white picture, and the codes read from them
//! squares.rs   finder patterns as squares, whose sides give the perspective of a slanted code
//! finder.rs    finder patterns searched in grey levels
//! triples.rs   which three finder patterns belong to one code
//! corners.rs   from three finder patterns to a pose: the version and the fourth corner
//! soft/        decoding a code of known pose from grey levels
//! session.rs   several frames of one card
//! decode.rs    the cascade: one step after another until the public code is read
//! step.rs      the names of the steps and their order
//! steps/       the steps, one file each; a new one is a file, a variant of `Step` and its place
//!              in a cascade
//! pose.rs      where a code lies: what finding hands to reading
//! ```
//!
//! A step may fail to read, but it never guesses: every text that is returned passed the code's
//! own error correction.

mod budget;
mod corners;
mod decode;
mod finder;
mod found;
mod locate;
pub mod pose;
mod session;
pub mod soft;
mod squares;
mod step;
mod steps;
mod text;
mod triples;

pub use budget::Budget;
pub use decode::{PictureCodes, Still, decode_luma, decode_picture};
pub use found::{DecodedCode, Located, pick_public};
pub use session::Session;
pub use step::Step;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod view_tests;
