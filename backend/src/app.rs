//! The parts that handlers name. A handler takes those that it needs, each as a `State`.

use crate::{config::Config, figures::Figures, kept_pages::KeptPages, metrics::Metrics};
use axum::extract::FromRef;
use ipnet::IpNet;
use protocol::sensitive::Sensitive;
use server_core::Core;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use storage::StorageError;

/// All parts; made once, cloned for each request.
#[derive(Clone, FromRef)]
pub struct App {
    /// The server without its doors.
    pub core: Arc<Core>,
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// The facts about this server that pages show.
    pub site: Arc<Site>,
    /// The operator's proxies.
    pub proxies: Proxies,
    /// The secret that proves that a bounce report comes from the operator's mail server.
    pub bounce_secret: BounceSecret,
    /// The facts that `/readyz` checks.
    pub machine: Arc<Machine>,
    /// The operators' figures, counted every few seconds.
    pub figures: Arc<Figures>,
    /// Cached pages.
    pub pages: Arc<KeptPages>,
    /// The last warning about an unnamed proxy.
    pub forwarded: LastWarned,
    /// The reaction to a broken storage.
    pub alarm: StorageAlarm,
}

impl App {
    /// The parts for this configuration. `demo`: everybody may read the outbox.
    pub fn new(
        core: Arc<Core>,
        metrics: Arc<Metrics>,
        config: &Config,
        data: &Path,
        demo: bool,
        alarm: StorageAlarm,
    ) -> Self {
        let bounces = config.mail.bounces.as_ref();
        Self {
            core,
            metrics,
            site: Arc::new(Site {
                public_url: config.public_url.clone().unwrap_or_default(),
                android_package: config.attestation.android_package.clone(),
                demo_outbox: demo.then(|| data.join("outbox")),
            }),
            proxies: Proxies(config.limits.trusted_proxies.as_slice().into()),
            bounce_secret: BounceSecret(
                bounces.and_then(|bounces| bounces.webhook_secret.clone().map(Arc::new)),
            ),
            machine: Arc::new(Machine {
                data: data.to_owned(),
                disk_reserve_mib: config.limits.disk_reserve_mib,
                judges: config.limits.validators > 0,
            }),
            figures: Arc::default(),
            pages: Arc::default(),
            forwarded: LastWarned::default(),
            alarm,
        }
    }
}

/// The facts about this server that pages show.
#[derive(Debug)]
pub struct Site {
    /// The public address; empty: links are relative.
    pub public_url: String,
    /// The Android app's package name, for links that open it.
    pub android_package: String,
    /// The outbox that everybody may read, in a demonstration only.
    pub demo_outbox: Option<PathBuf>,
}

impl Site {
    /// The address without the slash at its end.
    pub fn origin(&self) -> &str {
        self.public_url.trim_end_matches('/')
    }
}

/// The operator's proxies, whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone)]
pub struct Proxies(pub Arc<[IpNet]>);

/// The secret of the webhook for bounce reports; `None`: the webhook does not exist.
#[derive(Debug, Clone)]
pub struct BounceSecret(pub Option<Arc<Sensitive<String>>>);

/// The facts that `/readyz` checks.
#[derive(Debug)]
pub struct Machine {
    /// The data folder.
    pub data: PathBuf,
    /// Below this much free disk the server is not ready (MiB).
    pub disk_reserve_mib: u64,
    /// Whether this process judges apoyos.
    pub judges: bool,
}

/// Called with the storage's error when its state became unknown. In `serve` it does not return: a
/// process that does not know what it has written must not acknowledge anything.
#[derive(Clone)]
pub struct StorageAlarm(pub Arc<dyn Fn(&str) + Send + Sync>);

impl StorageAlarm {
    /// The storage's state became unknown.
    pub fn broke(&self, what: &str) {
        (self.0)(what);
    }

    /// Takes a storage error of a job, as the HTTP edge takes those of requests.
    pub fn note(&self, doing: &str, error: &StorageError) {
        if let StorageError::Broken(what) = error {
            self.broke(what);
        }
        tracing::warn!(doing, %error, "storage refused");
    }
}

/// Seconds between two warnings.
const WARN_EVERY_S: i64 = 60;

/// When a proxy that is not named was warned of last, in seconds since 1970.
#[derive(Debug, Clone)]
pub struct LastWarned(Arc<AtomicI64>);

impl Default for LastWarned {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MIN / 2)))
    }
}

impl LastWarned {
    /// Whether a minute has passed, which begins again by asking.
    pub fn is_due(&self, now: i64) -> bool {
        let last = self.0.load(Ordering::Relaxed);
        let due = now.abs_diff(last) >= WARN_EVERY_S.unsigned_abs();
        // Of two requests at one moment one warns.
        due && self
            .0
            .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }
}
