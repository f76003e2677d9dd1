//! Turns for uploads: a bounded number is received at once, and a bounded number waits.

use super::Limited;
use protocol::environment::Entropy;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The turns.
#[derive(Debug)]
pub struct Uploads {
    at_once: usize,
    running: Semaphore,
    /// Uploads that wait for a turn or have one.
    pub waiting: Semaphore,
}

/// One upload's turn; given back when it is dropped.
#[derive(Debug)]
pub struct Turn<'u> {
    _running: SemaphorePermit<'u>,
    _waiting: SemaphorePermit<'u>,
}

impl Uploads {
    /// `at_once` turns, for which `waiting` uploads may wait.
    pub fn of(at_once: usize, waiting: usize) -> Self {
        Self {
            at_once,
            running: Semaphore::new(at_once),
            waiting: Semaphore::new(at_once + waiting),
        }
    }

    /// Uploads that run now.
    pub fn running(&self) -> usize {
        self.at_once
            .saturating_sub(self.running.available_permits())
    }

    /// Waits for a turn. If too many wait, the sender is asked to come back later, with jitter, so
    /// that refused senders do not return together.
    pub async fn turn(&self, entropy: &dyn Entropy) -> Result<Turn<'_>, Limited> {
        let Ok(waiting) = self.waiting.try_acquire() else {
            let mut jitter = [0];
            entropy.fill(&mut jitter);
            return Err(Limited::Busy {
                after_s: 1 + u32::from(jitter[0] % 4),
            });
        };
        // Only a closed semaphore refuses, and this one is never closed.
        let running = self.running.acquire().await;
        Ok(Turn {
            _running: running.map_err(|_| Limited::Busy { after_s: 2 })?,
            _waiting: waiting,
        })
    }
}
