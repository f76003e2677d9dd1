//! Photographs: opening them safely, and what makes one usable.

mod card;
mod copy;
pub mod jpeg;
mod light;
pub mod look;
pub mod open;
pub mod reencode;
mod sharpness;
pub mod signature;

pub use jpeg::{JpegShape, ShapeError, jpeg_shape};
pub use look::{Advice, Look, Side, look};
pub use open::{Limits, PictureError, open_picture};
pub use reencode::{Jpeg, reencode};
pub use signature::{InkReport, SignatureProblem, check_signature};
