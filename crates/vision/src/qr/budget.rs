//! The budget of reading a picture.

use super::step::Step;

/// The steps to take, and when to give up. This crate has no clock: it calls the caller's
/// `should_stop` between steps and within long ones.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    pub(super) steps: &'a [Step],
    pub(super) should_stop: &'a dyn Fn() -> bool,
}

impl Budget<'static> {
    /// For a session frame: the steps that end before the next frame comes.
    pub const fn frame() -> Self {
        Self {
            steps: Step::FRAME,
            should_stop: &|| false,
        }
    }

    /// For a still: every step.
    pub const fn still() -> Self {
        Self {
            steps: Step::STILL,
            should_stop: &|| false,
        }
    }
}

impl<'a> Budget<'a> {
    /// Exactly these steps, in this order.
    pub const fn of_steps(steps: &'a [Step]) -> Self {
        Self {
            steps,
            should_stop: &|| false,
        }
    }

    /// The same budget, ended early when `should_stop` returns true.
    pub const fn stopping_when(self, should_stop: &'a dyn Fn() -> bool) -> Self {
        Self {
            steps: self.steps,
            should_stop,
        }
    }
}

impl std::fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budget")
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}
