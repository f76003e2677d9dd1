//! The steps between which the app may be killed, told to whoever listens.
//!
//! Each is one event of `tracing` at its lowest level under the target [`TARGET`], with nothing
//! in it but the step's name: a shipped app switches them off, a test's own program listens and
//! stops the process exactly there.

/// The target of the events.
pub const TARGET: &str = "apoyo::steps";

/// This point was reached.
pub(crate) fn at(step: &'static str) {
    tracing::trace!(target: TARGET, step);
}
