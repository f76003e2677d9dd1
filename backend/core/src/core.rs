//! The parts that most doings need.

use crate::{
    attestation::Attestor,
    devices::KnownDevices,
    keys::{Keys, sealing::HeldKeys},
    limits::Limiters,
    ports::{Events, FreeSpace, Providers},
    rules::Rules,
    tally::Tallies,
    wakers::{Heartbeat, Wakers},
};
use protocol::environment::{Clock, Entropy, Timestamp};
use std::sync::{Arc, PoisonError, RwLock};
use storage::{Storage, blobs::BlobStore};

/// The parts that most doings need. A doing takes it by reference and uses what it names.
pub struct Core {
    /// What is remembered.
    pub storage: Arc<dyn Storage>,
    /// The pictures.
    pub blobs: Arc<dyn BlobStore>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The secrets.
    pub keys: Arc<Keys>,
    /// The keys that parts are sealed to; replaced as a whole when they are rotated.
    sealing: RwLock<Arc<HeldKeys>>,
    /// The judge of what phones' hardware says.
    pub attestor: Arc<Attestor>,
    /// The providers that confirm addresses.
    pub providers: Providers,
    /// What the operator decided.
    pub rules: Rules,
    /// What strangers can have this server do.
    pub limits: Limiters,
    /// Devices that were looked up a moment ago.
    pub known_devices: KnownDevices,
    /// Tallies that are ready to be sent.
    pub tallies: Tallies,
    /// What wakes the jobs.
    pub wakers: Wakers,
    /// The judge's heartbeat.
    pub heartbeat: Heartbeat,
    /// What is counted for the operator.
    pub events: Arc<dyn Events>,
    /// How much room the disk has.
    pub room: Arc<dyn FreeSpace>,
}

/// What [`Core::new`] cannot know by itself.
pub struct Parts {
    /// What is remembered.
    pub storage: Arc<dyn Storage>,
    /// The pictures.
    pub blobs: Arc<dyn BlobStore>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The secrets.
    pub keys: Keys,
    /// The keys that parts are sealed to.
    pub sealing: HeldKeys,
    /// The judge of what phones' hardware says.
    pub attestor: Attestor,
    /// The providers that confirm addresses.
    pub providers: Providers,
    /// What the operator decided.
    pub rules: Rules,
    /// What strangers can have this server do.
    pub limits: Limiters,
    /// What is counted for the operator.
    pub events: Arc<dyn Events>,
    /// How much room the disk has.
    pub room: Arc<dyn FreeSpace>,
}

impl Core {
    /// A core at rest: no door is open and no job runs yet.
    pub fn new(parts: Parts) -> Arc<Self> {
        Arc::new(Self {
            storage: parts.storage,
            blobs: parts.blobs,
            clock: parts.clock,
            entropy: parts.entropy,
            keys: Arc::new(parts.keys),
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
        // A panic with the lock held left the old value or the new one, never half of either.
        Arc::clone(&self.sealing.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Goes over to other keys; what is under way goes on with those it began with.
    pub fn set_sealing(&self, held: HeldKeys) {
        *self.sealing.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(held);
    }

    /// The present, to the millisecond: what is signed and stored has no finer parts.
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        chrono::DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }
}
