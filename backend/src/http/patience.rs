//! How long one end of a connection is waited for: 15 s at a time, and for a whole body or answer
//! 15 s and what its bytes take at 16 KB/s. So a byte every now and then buys nothing.

use std::{future::Future, time::Duration};
use tokio::time::{Instant, timeout};

/// The wait in addition to the time of the bytes.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// The slowest rate, in bytes per second: a phone of the second generation.
pub const SLOWEST: u64 = 16 * 1024;

/// The remaining time of one side.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    beyond: Duration,
    slowest: u64,
    waited: Duration,
    bytes: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self::of(PATIENCE, SLOWEST)
    }
}

impl Patience {
    /// `beyond` in addition to the time of the bytes at `slowest` bytes per second.
    pub const fn of(beyond: Duration, slowest: u64) -> Self {
        Self {
            beyond,
            slowest,
            waited: Duration::ZERO,
            bytes: 0,
        }
    }

    /// How much longer is waited: never longer at a time than beyond the bytes, so that what came
    /// fast buys no long silence afterwards.
    pub fn left(&self) -> Duration {
        let millis = self.bytes.saturating_mul(1_000).checked_div(self.slowest);
        let earned = Duration::from_millis(millis.unwrap_or(u64::MAX));
        let total = self.beyond.saturating_add(earned);
        total.saturating_sub(self.waited).min(self.beyond)
    }

    /// Notes that this many bytes moved after this wait.
    pub fn moved(&mut self, bytes: usize, waited: Duration) {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        self.waited += waited;
    }

    /// Waits for `next` within the remaining time; `length` gives the number of bytes.
    pub async fn wait<T>(
        &mut self,
        next: impl Future<Output = T>,
        length: impl FnOnce(&T) -> usize,
    ) -> Option<T> {
        let began = Instant::now();
        let came = timeout(self.left(), next).await.ok();
        self.moved(came.as_ref().map_or(0, length), began.elapsed());
        came
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_now_and_then_buys_nothing_and_a_slow_telephone_is_waited_for() {
        let mut drop_by_drop = Patience::default();
        drop_by_drop.moved(1, Duration::from_secs(14));
        assert!(drop_by_drop.left() <= Duration::from_millis(1_001));
        drop_by_drop.moved(1, Duration::from_secs(14));
        assert_eq!(drop_by_drop.left(), Duration::ZERO);

        // What came fast at first buys no silence either.
        let mut fast = Patience::default();
        fast.moved(8 * 1024 * 1024, Duration::from_secs(1));
        assert_eq!(fast.left(), PATIENCE);

        let mut slow = Patience::default();
        for _ in 0..600 {
            slow.moved(16 * 1024, Duration::from_secs(1));
        }
        assert_eq!(slow.left(), PATIENCE);
    }
}
