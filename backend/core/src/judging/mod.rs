//! Work without a request: judging apoyos, sweeping what is over.

pub mod judge;
pub mod look;
pub mod read_back;
pub mod sealing_keys;
pub mod sweep;
pub mod unread;
pub mod validate;

use protocol::environment::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};

/// A sign of life, for `/readyz`.
#[derive(Debug)]
pub struct Pulse(AtomicI64);

impl Default for Pulse {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl Pulse {
    /// "I am here."
    pub fn beat(&self, now: Timestamp) {
        self.0.store(now.timestamp(), Ordering::Relaxed);
    }

    /// Seconds since the last beat; `None` before the first.
    pub fn silence_s(&self, now: Timestamp) -> Option<i64> {
        match self.0.load(Ordering::Relaxed) {
            i64::MIN => None,
            last => Some((now.timestamp() - last).max(0)),
        }
    }
}
