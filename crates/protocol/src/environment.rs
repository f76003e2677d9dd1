//! Time and randomness, as arguments.
//!
//! Nothing in this workspace asks the operating system for the time or for random bytes
//! except the implementations of these two traits, so that a test can live in any year and
//! repeat any draw.

use chrono::{DateTime, Utc};

/// Milliseconds matter on the wire, nanoseconds never do.
pub type Timestamp = DateTime<Utc>;

/// Where the present comes from.
pub trait Clock: Send + Sync {
    /// The current moment, as far as this machine knows.
    fn now(&self) -> Timestamp;
}

/// Where unpredictable bytes come from.
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
        // A machine that cannot give random bytes cannot make a key or a code: going on
        // would hand out predictable ones, so this stops the process.
        aws_lc_rs::rand::fill(bytes).expect("the operating system gives random bytes");
    }
}
