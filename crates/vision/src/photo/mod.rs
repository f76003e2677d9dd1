//! Photographs: opening them safely, and what makes one usable.

mod bezel;
mod card;
mod copy;
mod evenness;
mod face;
mod fingerprint;
mod fourier;
pub mod jpeg;
mod layout;
mod light;
mod lines;
pub mod look;
mod measures;
pub mod open;
pub mod outline;
mod plane;
pub mod reencode;
mod screen;
pub mod selfie;
mod sharpness;
pub mod signature;
mod thresholds;

pub use crate::raster::Point;
pub use evenness::Evenness;
pub use face::{FaceSeen, faces};
pub use fingerprint::Fingerprint;
pub use jpeg::{JpegShape, ShapeError, jpeg_shape};
pub use layout::{Face, Likeness};
pub use look::{Advice, Look, Side, check_card, look};
pub use measures::{CardMeasures, CardSeen, measure_card};
pub use open::{Limits, PictureError, open_picture};
pub use outline::{Outline, outline};
pub use reencode::{Jpeg, reencode};
pub use screen::Grid;
pub use selfie::{FaceLook, check_selfie, look_at_face};
pub use signature::{InkReport, SignatureProblem, check_signature};
