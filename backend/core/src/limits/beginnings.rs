//! Serialises repetitions of one request: of a thousand concurrent ones, one does the work and the others
//! find its row.

use protocol::ids::ActivationId;
use tokio::sync::{Mutex, MutexGuard};

/// The number of locks. There are many, because ids with the same lock wait for each other's commit.
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
    /// Waits for this id's lock. `None` cannot happen, because every id has a lock.
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
