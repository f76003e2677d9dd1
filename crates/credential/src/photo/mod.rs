//! Photographs: opening them safely, and what makes one usable.

pub mod jpeg;
pub mod open;
pub mod reencode;

pub use jpeg::{JpegShape, ShapeError, jpeg_shape};
pub use open::{Limits, PictureError, open_picture};
pub use reencode::{Jpeg, reencode};
