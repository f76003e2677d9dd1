//! What every handler and job holds.

use crate::{
    config::Config,
    http::{known_devices::KnownDevices, metrics::Metrics},
    jobs::Pulse,
    keys::Keys,
};
use protocol::environment::{Clock, Entropy, Timestamp};
use std::{path::PathBuf, sync::Arc};
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
    /// When the worker last gave a sign of life.
    pub worker_pulse: Pulse,
    /// Mails that each address got of late.
    pub address_mails: crate::activation::address_limit::AddressLimit,
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
            worker_pulse: Pulse::default(),
            address_mails: crate::activation::address_limit::AddressLimit::per_day(
                limits.mails_per_address_per_day,
            ),
            storage: parts.storage,
            blobs: parts.blobs,
            clock: parts.clock,
            entropy: parts.entropy,
            keys: Arc::new(parts.keys),
            config: parts.config,
            data: parts.data,
            demo: parts.demo,
            on_broken: parts.on_broken,
        })
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
