//! Photographs: opening them safely, and what makes one usable.

mod card;
mod copy;
pub mod jpeg;
mod light;
mod lines;
pub mod look;
pub mod open;
pub mod outline;
mod plane;
pub mod reencode;
mod sharpness;
pub mod signature;
mod small;

pub use jpeg::{JpegShape, ShapeError, jpeg_shape};
pub use look::{Advice, Look, Side, look};
pub use open::{Limits, PictureError, open_picture};
pub use outline::{Outline, outline};
pub use plane::Point;
pub use reencode::{Jpeg, reencode};
pub use signature::{InkReport, SignatureProblem, check_signature};
