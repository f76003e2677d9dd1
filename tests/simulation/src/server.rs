//! The server without its doors: core and engine, opened on a folder.

use crate::{
    chance::Dice,
    outside::{Clock, Relay},
    steady::{Idle, Steady},
};
use anyhow::{Context, Result};
use attestation::Roots;
use protocol::environment::{Clock as _, Entropy};
use server_core::{
    Core, Parts,
    attestation::{Attestor, OurApps},
    keys::{
        Keys,
        sealing::{HeldKeys, read_or_make},
    },
    limits::{Limiters, Limits, parts::Most, uploads::Turns},
    ports::{FreeSpace, NoEvents, Providers},
    recall,
    rules::{ReviewRules, Rules, TierReview},
};
use std::{num::NonZeroU32, path::Path, sync::Arc, time::Duration};
use storage::{
    Engine, Settings, blobs::local::LocalBlobs, engine::ServingLock, mail::MailAllowance,
    sqlite::SqliteStorage,
};

/// The parts that last for the whole history, over restarts of the server.
pub struct Around {
    pub(crate) clock: Arc<Clock>,
    pub(crate) dice: Arc<Dice>,
    pub(crate) relay: Relay,
    pub(crate) idle: Arc<Idle>,
}

/// A running server.
pub struct Server {
    pub(crate) core: Arc<Core>,
    pub(crate) engine: Arc<dyn Engine>,
    _serving: ServingLock,
}

/// The server's secrets in every history.
pub fn keys() -> Keys {
    Keys::of(&[1; 32], &[2; 32], &[3; 32], &[4; 32])
}

/// Makes the keys that parts are sealed to.
pub fn make_sealing_keys(folder: &Path, clock: &Clock, dice: &dyn Entropy) -> Result<()> {
    read_or_make(folder, true, false, clock.now(), dice)?;
    Ok(())
}

impl Server {
    /// Starts as `apoyo serve` does: opens, takes the right to serve, recovers.
    pub async fn start(data: &Path, keys_in: &Path, around: &Around) -> Result<Self> {
        let settings = Settings {
            // Small enough that some ends happen while pictures are moved.
            kept_together: 8,
            gather: Duration::ZERO,
            max_pages: None,
        };
        let blobs = Arc::new(Steady(
            LocalBlobs::open(&data.join("blobs"))?,
            Arc::clone(&around.idle),
        ));
        let engine = SqliteStorage::open_with(data, blobs.clone(), settings).await?;
        let engine: Arc<dyn Engine> = Arc::new(engine);
        let serving = engine.lock_for_serving().await?;
        engine.recover_blobs(&serving).await?;
        let keys = keys();
        let clock = Arc::clone(&around.clock);
        let (sealing, made) = read_or_make(keys_in, true, true, clock.now(), &*around.dice)?;
        anyhow::ensure!(made.is_empty(), "the keys of the histories are there");
        let core = Core::new(Parts {
            storage: engine.clone(),
            blobs,
            clock: clock.clone(),
            entropy: around.dice.clone(),
            sealing: HeldKeys::of(sealing, &keys, keys_in)?,
            keys,
            tagger: None,
            attestor: Attestor::new(our_apps(), data),
            providers: Providers::default(),
            rules: rules(),
            limits: Limiters::new(&limits().context("numbers above zero")?, clock),
            events: Arc::new(NoEvents),
            room: Arc::new(Unknown),
        });
        recall::recall(&core).await?;
        Ok(Self {
            core,
            engine,
            _serving: serving,
        })
    }
}

/// A disk of which nothing is known: what is full is found out by writing.
struct Unknown;

impl FreeSpace for Unknown {
    fn free_bytes(&self) -> Option<u64> {
        None
    }
}

fn our_apps() -> OurApps {
    OurApps {
        android_package: "mx.apoyo.ciudadano".to_owned(),
        android_signers: Vec::new(),
        apple_app_id: None,
        apple_development: false,
        google: Roots::google(),
        apple: Roots::apple(),
    }
}

fn rules() -> Rules {
    let all = TierReview {
        apoyos_per_phone_per_day: 3,
        sampled_percent: 10,
    };
    Rules {
        notices: Vec::new(),
        blocked_domains: Vec::new(),
        // The counters are not part of these histories.
        mails_per_address: MailAllowance {
            per_hour: 1_000,
            per_day: 1_000,
        },
        opened_at_once: 1,
        tally_kept: Duration::ZERO,
        review: ReviewRules {
            t0: all,
            t1: all,
            t2: all,
            t3: all,
        },
    }
}

fn limits() -> Option<Limits> {
    let many = NonZeroU32::new(1_000_000)?;
    Some(Limits {
        uploads: Turns {
            at_once: 4,
            waiting: 4,
            per_device: 4,
            per_network: 4,
        },
        unnamed_parts: Most {
            files: 1_000_000,
            bytes: u64::MAX / 2,
        },
        apoyos_per_device_per_day: 1_000_000,
        disk_reserve_bytes: 0,
        mails_per_second: many,
        activations_per_device_per_day: 1_000,
        requests_per_network_per_minute: many,
        work_tries: 0,
        work_tries_most: 0,
    })
}
