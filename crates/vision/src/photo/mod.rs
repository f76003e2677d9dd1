//! Photographs: opening them safely, and checking that they are usable.
//!
//! ```text
//! open.rs, jpeg.rs    opening a picture that may be hostile
//! reencode.rs         a picture as it is sent
//! measures.rs         everything that is measured on a card: outline, layout, detail, light,
//!                     sharpness, colour, and signs of a screen (grid, bezel)
//! card_check.rs       the result: findings, and one piece of advice
//! face/, face_check.rs  the same for a face
//! signature.rs        the same for a signature
//! fingerprint.rs      whether two files are the same photograph
//! thresholds.rs       every threshold, with the figures that it was chosen from
//! ```

mod bezel;
mod card_check;
mod colourfulness;
mod detail;
mod evenness;
mod face;
mod face_check;
mod fault;
mod fingerprint;
mod fourier;
pub mod jpeg;
mod layout;
mod light;
mod lines;
mod measures;
pub mod open;
pub mod outline;
mod plane;
pub mod reencode;
mod scaled;
mod screen;
mod segments;
mod sharpness;
mod side;
pub mod signature;
mod thresholds;
mod white;

pub use crate::raster::Point;
pub use card_check::{Advice, CardCheck, check_card, check_card_frame};
pub use evenness::Evenness;
pub use face::{FaceSeen, faces};
pub use face_check::{FaceCheck, check_face_frame, check_selfie};
pub use fingerprint::Fingerprint;
pub use jpeg::{JpegShape, ShapeError, jpeg_shape};
pub use layout::{Face, Likeness};

pub use fault::PictureError;
pub use measures::{CardMeasures, CardSeen, measure_card};
pub use open::{PictureLimits, open_picture};
pub use outline::{Outline, outline};
pub use reencode::{Jpeg, reencode};
pub use screen::Grid;
pub use side::Side;
pub use signature::{InkReport, SignatureProblem, check_signature};
