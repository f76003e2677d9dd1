//! The operator's counters.

use std::time::Duration;

/// Counts events. Neither word may hold personal data.
pub trait Events: Send + Sync {
    /// Counts an event with its outcome.
    fn count(&self, name: &'static str, outcome: &'static str);

    /// Adds a duration.
    fn took(&self, name: &'static str, duration: Duration);
}

/// Counts nothing: for a command that ends when its work is done.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEvents;

impl Events for NoEvents {
    fn count(&self, _name: &'static str, _outcome: &'static str) {}

    fn took(&self, _name: &'static str, _duration: Duration) {}
}
