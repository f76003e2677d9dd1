//! A live view: several frames of one card, each with its own budget.

use super::{budget::Budget, decode::cascade, found::DecodedCode, soft::Fusion};
use crate::raster::views::GreyViews;
use image::GrayImage;

/// The frames so far, summed: a code that is not readable in any single frame may be read from all of
/// them together. A frame of another card starts a new sum by itself.
#[derive(Debug, Default)]
pub struct Session {
    fusion: Fusion,
}

impl Session {
    /// Reads one more frame. The codes returned were read from this frame, or from this frame
    /// together with earlier ones.
    pub fn read_frame(&mut self, luma: &GrayImage, budget: Budget) -> Vec<DecodedCode> {
        cascade(&GreyViews::new(luma), budget, Some(&mut self.fusion)).codes
    }

    /// Forgets all frames.
    pub fn forget(&mut self) {
        self.fusion.forget();
    }
}
