//! Tallies, ready to be sent: computed once for everybody who asks, and again only when their
//! counters have moved. So a site with a thousand visitors is no load, and neither is a stranger
//! who asks without end.

use bytes::Bytes;
use protocol::{ids::CampaignId, tally::Tally};
use quick_cache::{Weighter, sync::Cache};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use storage::campaigns::TallyPart;

/// Bytes of tallies that are kept; beyond it those that are asked for least are computed again.
const KEPT_BYTES: u64 = 64 * 1024 * 1024;
/// Tallies that are kept, about.
const KEPT_NUMBER: usize = 4_096;

/// A tally, ready.
#[derive(Debug)]
pub struct Ready {
    /// The tally itself.
    pub tally: Tally,
    /// The same as JSON.
    pub body: Bytes,
    /// Its entity tag, with the quotation marks: another one whenever the body is another.
    pub etag: String,
}

/// Where one tally is kept.
#[derive(Debug)]
pub struct Slot {
    now: Mutex<(Instant, Seen)>,
    /// Held by the one who looks whether it moved.
    pub(crate) looking: tokio::sync::Mutex<()>,
}

/// A tally, and the version of its counters.
#[derive(Debug, Clone)]
pub struct Seen {
    /// How often its counters had moved.
    pub version: u64,
    /// The tally.
    pub ready: Arc<Ready>,
}

/// The campaign, and the places that are listed.
pub type Key = (CampaignId, TallyPart);

/// A tally weighs as much as it holds in memory.
#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Arc<Slot>> for ByBytes {
    fn weight(&self, _: &Key, slot: &Arc<Slot>) -> u64 {
        // The tally, its JSON, and what the map needs.
        slot.seen().1.ready.body.len() as u64 * 2 + 512
    }
}

/// The tallies that are kept.
pub struct Tallies {
    /// How long a tally is shown before it is asked whether it moved.
    pub(crate) kept: Duration,
    slots: Cache<Key, Arc<Slot>, ByBytes>,
    /// Held by the one who computes a tally that is not kept yet.
    pub(crate) first: tokio::sync::Mutex<()>,
}

impl Slot {
    /// What was seen last, and when.
    pub(crate) fn seen(&self) -> (Instant, Seen) {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }

    /// It was looked at just now.
    pub(crate) fn set(&self, seen: Seen) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), seen);
    }
}

impl Tallies {
    /// Tallies that are shown for so long before it is asked whether they moved.
    pub fn kept_for(kept: Duration) -> Self {
        Self {
            kept,
            slots: Cache::with_weighter(KEPT_NUMBER, KEPT_BYTES, ByBytes),
            first: tokio::sync::Mutex::default(),
        }
    }

    /// The slot of a tally that is kept.
    pub(crate) fn get(&self, key: &Key) -> Option<Arc<Slot>> {
        self.slots.get(key)
    }

    /// Keeps a tally that was computed for the first time.
    pub(crate) fn keep(&self, key: Key, seen: Seen) {
        let slot = Slot {
            now: Mutex::new((Instant::now(), seen)),
            looking: tokio::sync::Mutex::default(),
        };
        self.slots.insert(key, Arc::new(slot));
    }
}
