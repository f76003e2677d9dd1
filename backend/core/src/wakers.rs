//! Wake-ups of the jobs, and the judge's heartbeat.

use protocol::environment::Timestamp;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use tokio::sync::Notify;

/// Wake-ups. A job also looks by itself every second or two, so a lost one costs only time.
#[derive(Debug)]
pub struct Wakers {
    /// A mail has to be sent.
    pub mail: Notify,
    /// An apoyo has to be judged.
    pub apoyos: Notify,
    /// Pictures that waited for a key may be opened by one that is here now.
    pub look_again: AtomicBool,
}

impl Default for Wakers {
    fn default() -> Self {
        Self {
            mail: Notify::new(),
            apoyos: Notify::new(),
            // A key may have come while no server was running.
            look_again: AtomicBool::new(true),
        }
    }
}

/// A job's heartbeat, for `/readyz`.
#[derive(Debug)]
pub struct Heartbeat(AtomicI64);

impl Default for Heartbeat {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl Heartbeat {
    /// The job is alive at `now`.
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
