//! The steps between which the app may be killed, as events for tests.
//!
//! Each is one `tracing` event at the lowest level under the target [`TARGET`], with only the
//! step's name. A shipped app switches them off. A test's program subscribes to them and stops
//! the process exactly at one of them.

/// The target of the events.
pub const TARGET: &str = "apoyo::steps";

/// Emits the event of this step.
pub(crate) fn at(step: &'static str) {
    tracing::trace!(target: TARGET, step);
}
