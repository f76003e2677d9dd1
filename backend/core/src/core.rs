//! What every handler and job holds.

use crate::{
    attestation::Attestor,
    config::Config,
    http::{known_devices::KnownDevices, metrics::Metrics},
    jobs::Pulse,
    keys::{Keys, sealing::HeldKeys},
    limits::Limiters,
    signin::Providers,
};
use protocol::environment::{Clock, Entropy, Timestamp};
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock, atomic::AtomicBool},
};
use storage::{Storage, StorageError, blobs::BlobStore};
use tokio::sync::{Notify, Semaphore};

/// The server's parts. Handlers take it as axum state and use what they need.
pub struct Server {
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
    /// Who judges what phones' hardware says.
    pub attestor: Attestor,
    /// Who may be asked for an address.
    pub providers: Providers,
    /// What the operator set.
    pub config: Config,
    /// The data directory.
    pub data: PathBuf,
    /// Whether this is a demonstration: its outbox may be looked at.
    pub demo: bool,
    /// What is counted for the operator.
    pub metrics: Metrics,
    /// Devices that were looked up a moment ago.
    pub known_devices: KnownDevices,
    /// Turns for uploads.
    pub uploads: Semaphore,
    /// Uploads that wait for a turn.
    pub uploads_waiting: Semaphore,
    /// Rings when there is a mail to send.
    pub mail_bell: Notify,
    /// Rings when there is an apoyo to judge.
    pub apoyo_bell: Notify,
    /// Whether pictures that waited for a key may be opened by one that is here now.
    pub look_again: AtomicBool,
    /// When the worker last gave a sign of life.
    pub worker_pulse: Pulse,
    /// What strangers may have this server do.
    pub limiters: Limiters,
    /// What to do when the storage broke.
    pub on_broken: OnBroken,
}

/// Called with what the storage said when its state became unknown. In `serve` it does not
/// return: a process that cannot know what it has written must not acknowledge anything.
pub type OnBroken = Box<dyn Fn(&str) + Send + Sync>;

/// What [`Server::new`] cannot know by itself.
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
    /// Who may be asked for an address.
    pub providers: Providers,
    /// What the operator set.
    pub config: Config,
    /// The data directory.
    pub data: PathBuf,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// What to do when the storage broke.
    pub on_broken: OnBroken,
}

impl Server {
    /// A server at rest: nothing listens and no job runs yet.
    pub fn new(parts: Parts) -> Arc<Self> {
        let limits = &parts.config.limits;
        Arc::new(Self {
            metrics: Metrics::default(),
            known_devices: KnownDevices::default(),
            uploads: Semaphore::new(limits.uploads_at_once),
            uploads_waiting: Semaphore::new(limits.uploads_at_once + limits.uploads_waiting),
            mail_bell: Notify::new(),
            apoyo_bell: Notify::new(),
            look_again: AtomicBool::new(true),
            worker_pulse: Pulse::default(),
            limiters: Limiters::new(limits, Arc::clone(&parts.clock)),
            storage: parts.storage,
            blobs: parts.blobs,
            clock: parts.clock,
            entropy: parts.entropy,
            keys: Arc::new(parts.keys),
            sealing: RwLock::new(Arc::new(parts.sealing)),
            attestor: Attestor::new(&parts.config.attestation, &parts.data),
            providers: parts.providers,
            config: parts.config,
            data: parts.data,
            demo: parts.demo,
            on_broken: parts.on_broken,
        })
    }

    /// The keys that parts are sealed to, as they are now.
    pub fn sealing(&self) -> Arc<HeldKeys> {
        // Whoever panicked with the lock had replaced the whole or nothing.
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

    /// Jobs hand every storage error here, as the HTTP edge does with its own.
    pub fn note_storage_error(&self, doing: &str, error: &StorageError) {
        if let StorageError::Broken(what) = error {
            (self.on_broken)(what);
        }
        tracing::warn!(doing, %error, "storage refused");
    }
}
