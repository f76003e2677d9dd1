//! What is counted for the operator.

use std::time::Duration;

/// Counts what happens. Neither word ever holds something of a person.
pub trait Events: Send + Sync {
    /// Something happened, with this outcome.
    fn count(&self, name: &'static str, outcome: &'static str);

    /// Something took this long.
    fn took(&self, name: &'static str, duration: Duration);
}

/// Counts nothing: for a command that ends when its work is done.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEvents;

impl Events for NoEvents {
    fn count(&self, _name: &'static str, _outcome: &'static str) {}

    fn took(&self, _name: &'static str, _duration: Duration) {}
}
