//! Repetitions of one beginning, one after the other: of a thousand that come at once, one does
//! the work and the others find its row.

use protocol::ids::ActivationId;
use tokio::sync::{Mutex, MutexGuard};

/// Ids that share a lock wait for each other for the length of a commit, so there are many.
const LOCKS: usize = 256;

/// The locks, by id.
#[derive(Debug)]
pub struct OneAtATime(Vec<Mutex<()>>);

impl Default for OneAtATime {
    fn default() -> Self {
        Self((0..LOCKS).map(|_| Mutex::default()).collect())
    }
}

impl OneAtATime {
    /// This id's turn, until the guard is dropped. `None` cannot be: every id has its lock.
    pub async fn one(&self, id: ActivationId) -> Option<MutexGuard<'_, ()>> {
        let at = id.as_bytes().iter().fold(0_usize, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(usize::from(*byte))
        });
        match self.0.get(at % LOCKS) {
            Some(lock) => Some(lock.lock().await),
            None => None,
        }
    }
}
