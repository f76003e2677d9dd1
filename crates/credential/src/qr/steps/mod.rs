//! The steps of the cascade, cheapest first.

mod enlarged;
mod half;
mod local;
mod native;
mod plain;
mod sampled;
mod searched;
mod second;

use super::{found::Found, scene::Scene};
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
    /// The same on half the size: noise and fine blur average out.
    Half,
    /// Places that look like a code, enlarged and sharpened.
    Enlarged,
    /// Black and white by the mean around each pixel, for uneven light.
    LocalThreshold,
    /// As [`Step::Plain`] on every pixel that the camera gave.
    Native,
    /// Another reader's opinion, which finds patterns in another way.
    SecondReader,
}

impl Step {
    /// For a live frame.
    pub const FRAME: &'static [Step] = &[Step::Plain, Step::Sampled, Step::Searched];
    /// For a still.
    pub const STILL: &'static [Step] = &[
        Step::Plain,
        Step::Sampled,
        Step::Searched,
        Step::Half,
        Step::Enlarged,
        Step::LocalThreshold,
        Step::Native,
        Step::SecondReader,
    ];

    pub(super) fn run(self, scene: &Scene, should_stop: &dyn Fn() -> bool, found: &mut Found) {
        match self {
            Step::Plain => plain::run(scene, should_stop, found),
            Step::Sampled => sampled::run(scene, should_stop, found),
            Step::Searched => searched::run(scene, should_stop, found),
            Step::Half => half::run(scene, should_stop, found),
            Step::Enlarged => enlarged::run(scene, should_stop, found),
            Step::LocalThreshold => local::run(scene, should_stop, found),
            Step::Native => native::run(scene, should_stop, found),
            Step::SecondReader => second::run(scene, should_stop, found),
        }
    }
}
