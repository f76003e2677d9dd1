//! Blobs that a row is about to name.

use std::fmt;

/// While it lives, its blobs are neither removed nor swept.
///
/// It is taken before the transaction and goes with it: a write that fails drops it, a write
/// that is committed drops it once its blobs are kept.
pub struct Held {
    lengths: Vec<Option<u64>>,
    _pin: Box<dyn Send + Sync>,
}

impl Held {
    /// The length of each blob that is there, in the order in which they were asked for; `pin`
    /// holds them until it is dropped.
    pub fn new(lengths: Vec<Option<u64>>, pin: impl Send + Sync + 'static) -> Self {
        Self {
            lengths,
            _pin: Box::new(pin),
        }
    }

    /// The length of each blob that is there, in the order in which they were asked for.
    pub fn lengths(&self) -> &[Option<u64>] {
        &self.lengths
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held")
            .field("lengths", &self.lengths)
            .finish_non_exhaustive()
    }
}
