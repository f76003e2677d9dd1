//! The live view: several frames of one card, each with its own budget.

use super::{budget::Budget, decode::cascade, found::DecodedCode, soft::Fusion};
use image::GrayImage;

/// What the frames so far have shown: a place that no frame lets read by itself may be read from
/// all of them together. A frame of another card starts anew by itself.
#[derive(Debug, Default)]
pub struct Live {
    fusion: Fusion,
}

impl Live {
    /// Looks at one more frame; what is returned was read from this frame, or from it and those
    /// before.
    pub fn look(&mut self, luma: &GrayImage, budget: Budget) -> Vec<DecodedCode> {
        cascade(luma, budget, Some(&mut self.fusion)).codes
    }

    /// Forgets the frames so far.
    pub fn forget(&mut self) {
        self.fusion.forget();
    }
}
