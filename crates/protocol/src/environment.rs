//! Time and randomness, as arguments.
//!
//! Only the implementations of these two traits ask the operating system for the time or for
//! random bytes. So a test can run in any year, and repeat any random choice.

use chrono::{DateTime, Utc};

/// A moment in UTC. On the wire it is precise to the millisecond.
pub type Timestamp = DateTime<Utc>;

/// Source of the current time.
pub trait Clock: Send + Sync {
    /// The current time by this machine's clock.
    fn now(&self) -> Timestamp;
    /// The doubt about it, if any. While there is one, no data are deleted because of their age.
    fn doubt(&self) -> Option<Doubt> {
        None
    }
}

/// The machine's clock differs from [`Clock::now`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// The machine's time.
    pub wall: Timestamp,
    /// The time that it may be as well: nothing was counted while the server was off. `None`: the time
    /// was counted, and only the machine's clock is wrong.
    pub maybe: Option<Timestamp>,
}

/// Source of random bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with cryptographically secure random data.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's own clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
    fn now(&self) -> Timestamp {
        Utc::now()
    }
}

/// The operating system's generator.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // Without random bytes no key and no code can be made. Going on would hand out
        // predictable ones, so this stops the process.
        aws_lc_rs::rand::fill(bytes).expect("the operating system gives random bytes");
    }
}
