//! The cascade: one step after another until the public code is read.

use super::{
    budget::Budget,
    found::{DecodedCode, Found, Located},
    soft::Fusion,
};
use crate::raster::views::GreyViews;
use image::GrayImage;

/// The result of reading a still.
#[derive(Debug)]
pub struct PictureCodes {
    /// Every code that was read.
    pub codes: Vec<DecodedCode>,
    /// Places that look like a code but could not be read.
    pub unread: Vec<Located>,
    /// Width of the picture, upright.
    pub width: u32,
    /// Height of the picture, upright.
    pub height: u32,
}

/// Reads the codes of a still in grey; also returns the places that look like further codes.
pub fn decode_picture(luma: &GrayImage, budget: Budget) -> PictureCodes {
    let found = cascade(luma, budget, None);
    PictureCodes {
        codes: found.codes,
        unread: found.located,
        width: luma.width(),
        height: luma.height(),
    }
}

/// Reads the codes of a picture in grey: a camera's frame, or a still that is open already.
pub fn decode_luma(luma: &GrayImage, budget: Budget) -> Vec<DecodedCode> {
    cascade(luma, budget, None).codes
}

/// Runs the steps in turn; `fusion` holds the sum of earlier frames of the same card.
pub(super) fn cascade<'a>(
    luma: &GrayImage,
    budget: Budget,
    fusion: Option<&'a mut Fusion>,
) -> Found<'a> {
    let views = GreyViews::new(luma);
    let mut found = Found {
        fusion,
        ..Found::default()
    };
    for step in budget.steps {
        if (budget.should_stop)() || found.is_done() {
            break;
        }
        step.run(&views, budget.should_stop, &mut found);
    }
    found
}
