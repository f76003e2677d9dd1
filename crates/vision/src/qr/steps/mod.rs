//! The steps of the cascade, cheapest first.

mod half;
mod inverted;
mod plain;
mod sampled;
mod searched;
mod stretched;

use super::found::Found;
use crate::raster::views::GreyViews;
use serde::{Deserialize, Serialize};

/// One way to read the codes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Thresholded by blocks, at no more than 2048 pixels.
    Plain,
    /// Grey levels of the places that the steps before found but could not read.
    Sampled,
    /// As [`Step::Sampled`], with finder patterns that are searched in grey levels too.
    Searched,
    /// As [`Step::Plain`] after a contrast stretch that brightens dark tones.
    Stretched,
    /// As [`Step::Stretched`] at half the size, where noise averages out.
    Half,
    /// As [`Step::Searched`], with many more places refined.
    SearchedWidely,
    /// As [`Step::Plain`] with black and white swapped, if nothing was read before.
    Inverted,
}

impl Step {
    /// For a live frame.
    pub const FRAME: &'static [Step] = &[Step::Plain, Step::Sampled, Step::Searched];
    /// For a still.
    pub const STILL: &'static [Step] = &[
        Step::Plain,
        Step::Sampled,
        Step::Searched,
        Step::Stretched,
        Step::Half,
        Step::SearchedWidely,
        Step::Inverted,
    ];

    pub(super) fn run(self, views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
        match self {
            Step::Plain => plain::run(views, should_stop, found),
            Step::Sampled => sampled::run(views, should_stop, found),
            Step::Stretched => stretched::run(views, should_stop, found),
            Step::Inverted => inverted::run(views, should_stop, found),
            Step::Half => half::run(views, should_stop, found),
            Step::Searched | Step::SearchedWidely => searched::run(views, self, should_stop, found),
        }
    }
}
