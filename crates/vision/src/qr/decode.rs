//! The cascade: one step after another until the public code is read.

use super::{
    budget::Budget,
    found::{DecodedCode, Found, Located},
    soft::Fusion,
};
use crate::raster::views::GreyViews;
use image::GrayImage;

/// A grey picture and its smaller copies, for readers that share them.
pub struct Still<'a> {
    views: GreyViews<'a>,
}

impl<'a> Still<'a> {
    /// No copy is made yet.
    pub fn new(luma: &'a GrayImage) -> Self {
        Self {
            views: GreyViews::new(luma),
        }
    }

    /// The codes that the cascade reads.
    pub fn codes(&self, budget: Budget) -> Vec<DecodedCode> {
        cascade(&self.views, budget, None).codes
    }

    /// The copy of at most 1,280 pixels a side in which finder patterns are searched, and its scale:
    /// pixel of the copy = pixel of the picture × scale.
    pub fn search_view(&self) -> (&GrayImage, f32) {
        self.views.search()
    }
}

/// What was read from a still.
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
    let found = cascade(&GreyViews::new(luma), budget, None);
    PictureCodes {
        codes: found.codes,
        unread: found.located,
        width: luma.width(),
        height: luma.height(),
    }
}

/// Reads the codes of a picture in grey: a camera's frame, or a still that is open already.
pub fn decode_luma(luma: &GrayImage, budget: Budget) -> Vec<DecodedCode> {
    Still::new(luma).codes(budget)
}

/// Runs the steps in turn; `fusion` holds the sum of earlier frames of the same card.
pub(super) fn cascade<'a>(
    views: &GreyViews,
    budget: Budget,
    fusion: Option<&'a mut Fusion>,
) -> Found<'a> {
    let mut found = Found {
        fusion,
        ..Found::default()
    };
    for step in budget.steps {
        if (budget.should_stop)() || found.is_done() {
            break;
        }
        step.run(views, budget.should_stop, &mut found);
    }
    found
}
