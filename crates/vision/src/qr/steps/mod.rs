//! The steps of the cascade, cheapest first.

mod half;
mod inverted;
mod lifted;
mod plain;
mod sampled;
mod searched;

use super::found::Found;
use crate::raster::views::GreyViews;
use serde::{Deserialize, Serialize};

/// One way of reading the codes of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Black and white by blocks, at no more than 2048 pixels.
    Plain,
    /// Grey levels of the places that the steps before found and did not read.
    Sampled,
    /// Grey levels of places whose finder patterns are searched in grey levels as well.
    Searched,
    /// As [`Step::Plain`] with dark tones lifted and the contrast stretched.
    Lifted,
    /// As [`Step::Lifted`] on half the size: noise and fine blur average out.
    Half,
    /// As [`Step::Searched`], with closer looks at many more places.
    SearchedWidely,
    /// As [`Step::Plain`] with black and white exchanged, where nothing was read.
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
        Step::Lifted,
        Step::Half,
        Step::SearchedWidely,
        Step::Inverted,
    ];

    pub(super) fn run(self, views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
        match self {
            Step::Plain => plain::run(views, should_stop, found),
            Step::Sampled => sampled::run(views, should_stop, found),
            Step::Lifted => lifted::run(views, should_stop, found),
            Step::Inverted => inverted::run(views, should_stop, found),
            Step::Half => half::run(views, should_stop, found),
            Step::Searched | Step::SearchedWidely => searched::run(views, self, should_stop, found),
        }
    }
}
