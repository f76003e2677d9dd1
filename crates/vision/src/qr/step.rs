//! The names of the steps of the cascade, and which of them a frame and a still go through.

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
    /// As [`Step::Plain`] after a blur, for modules that are dots.
    Blurred,
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
        Step::Blurred,
        Step::Inverted,
    ];
}
