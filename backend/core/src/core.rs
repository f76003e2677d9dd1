//! The parts that most doings need.

use crate::{
    attestation::Attestor,
    devices::KnownDevices,
    keys::{Keys, sealing::HeldKeys},
    limits::Limiters,
    ports::{Events, FreeSpace, Providers, Tagger},
    rules::Rules,
    tags::LocalTagger,
    tallies::Tallies,
    wakers::{Heartbeat, Wakers},
};
use protocol::environment::{Clock, Entropy, Timestamp};
use std::sync::{Arc, PoisonError, RwLock};
use storage::{Storage, blobs::BlobStore};

/// The parts that most doings need. A doing takes it by reference and uses what it names.
pub struct Core {
    /// The storage.
    pub storage: Arc<dyn Storage>,
    /// The store of pictures.
    pub blobs: Arc<dyn BlobStore>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The server's secrets.
    pub keys: Arc<Keys>,
    /// Who names people.
    pub tagger: Arc<dyn Tagger>,
    /// The keys that parts are sealed to; replaced as a whole when they are rotated.
    sealing: RwLock<Arc<HeldKeys>>,
    /// The judge of attestations.
    pub attestor: Arc<Attestor>,
    /// The providers that confirm addresses.
    pub providers: Providers,
    /// The operator's rules.
    pub rules: Rules,
    /// The limits for strangers.
    pub limits: Limiters,
    /// Devices that were looked up a moment ago.
    pub known_devices: KnownDevices,
    /// Cached tallies.
    pub tallies: Tallies,
    /// What wakes the jobs.
    pub wakers: Wakers,
    /// The judge's heartbeat.
    pub heartbeat: Heartbeat,
    /// The operator's counters.
    pub events: Arc<dyn Events>,
    /// The disk's free space.
    pub room: Arc<dyn FreeSpace>,
}

/// The parts that [`Core::new`] takes from outside.
pub struct Parts {
    /// The storage.
    pub storage: Arc<dyn Storage>,
    /// The store of pictures.
    pub blobs: Arc<dyn BlobStore>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The server's secrets.
    pub keys: Keys,
    /// Who names people; `None`: the keys here do.
    pub tagger: Option<Arc<dyn Tagger>>,
    /// The keys that parts are sealed to.
    pub sealing: HeldKeys,
    /// The judge of attestations.
    pub attestor: Attestor,
    /// The providers that confirm addresses.
    pub providers: Providers,
    /// The operator's rules.
    pub rules: Rules,
    /// The limits for strangers.
    pub limits: Limiters,
    /// The operator's counters.
    pub events: Arc<dyn Events>,
    /// The disk's free space.
    pub room: Arc<dyn FreeSpace>,
}

impl Core {
    /// A core whose doors and jobs have not started.
    pub fn new(parts: Parts) -> Arc<Self> {
        let keys = Arc::new(parts.keys);
        Arc::new(Self {
            storage: parts.storage,
            blobs: parts.blobs,
            clock: parts.clock,
            entropy: parts.entropy,
            tagger: (parts.tagger).unwrap_or_else(|| Arc::new(LocalTagger(Arc::clone(&keys)))),
            keys,
            sealing: RwLock::new(Arc::new(parts.sealing)),
            attestor: Arc::new(parts.attestor),
            providers: parts.providers,
            tallies: Tallies::kept_for(parts.rules.tally_kept),
            rules: parts.rules,
            limits: parts.limits,
            known_devices: KnownDevices::default(),
            wakers: Wakers::default(),
            heartbeat: Heartbeat::default(),
            events: parts.events,
            room: parts.room,
        })
    }

    /// The keys that parts are sealed to, as they are now.
    pub fn sealing(&self) -> Arc<HeldKeys> {
        // The value is replaced as a whole: a panic with the lock held leaves the old one or the new one.
        Arc::clone(&self.sealing.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the keys. Requests that are under way go on with the keys that they began with.
    pub fn set_sealing(&self, held: HeldKeys) {
        *self.sealing.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(held);
    }

    /// The present, to the millisecond, because signed and stored moments have that precision.
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        chrono::DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }
}
