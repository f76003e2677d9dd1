//! Figures for operators, counted at most every few seconds for any number of requests. They are cached,
//! so a request has a constant cost.

use chrono::TimeDelta;
use protocol::environment::Timestamp;
use server_core::Core;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use storage::{StorageError, activation::TierCount, roll::RollVersion};
use tokio::sync::Mutex;

/// How long figures are used before they are counted again.
const KEPT: Duration = Duration::from_secs(5);
/// The same for figures over all phones.
const TIERS_KEPT: Duration = Duration::from_secs(300);

/// The figures.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Mails that wait for the relay.
    pub mails_waiting: u64,
    /// Since when the oldest of them waits.
    pub oldest_mail: Option<Timestamp>,
    /// Apoyos that wait to be judged.
    pub pending: u64,
    /// Apoyos whose pictures wait for the review key.
    pub unopened: u64,
    /// The roll in force.
    pub roll: Option<RollVersion>,
    /// Phones by tier.
    pub tiers: Arc<[TierCount]>,
}

impl Counted {
    /// How long the oldest mail waits, in seconds.
    pub fn mail_delay(&self, now: Timestamp) -> i64 {
        let waits = |since: Timestamp| (now - since).max(TimeDelta::zero()).num_seconds();
        self.oldest_mail.map_or(0, waits)
    }
}

#[derive(Debug, Default)]
struct Kept {
    counted: Option<(Instant, Counted)>,
    tiers: Option<(Instant, Arc<[TierCount]>)>,
}

/// The figures, and when they were counted.
#[derive(Debug, Default)]
pub struct Figures(Mutex<Kept>);

impl Figures {
    /// The figures, at most a few seconds old. Concurrent requests wait for one count.
    pub async fn current(&self, core: &Core) -> Result<Counted, StorageError> {
        let mut kept = self.0.lock().await;
        if let Some((since, counted)) = &kept.counted
            && since.elapsed() < KEPT
        {
            return Ok(counted.clone());
        }
        let tiers = match &kept.tiers {
            Some((since, tiers)) if since.elapsed() < TIERS_KEPT => tiers.clone(),
            _ => core.storage.tiers().await?.into(),
        };
        let storage = &core.storage;
        let (mails_waiting, oldest_mail) = storage.mail_backlog().await?;
        let counted = Counted {
            mails_waiting,
            oldest_mail,
            pending: storage.pending_count().await?,
            unopened: storage.unopened_count().await?,
            roll: storage.roll_version().await?,
            tiers: tiers.clone(),
        };
        let now = Instant::now();
        if kept
            .tiers
            .as_ref()
            .is_none_or(|(_, known)| !Arc::ptr_eq(known, &tiers))
        {
            kept.tiers = Some((now, tiers));
        }
        kept.counted = Some((now, counted.clone()));
        Ok(counted)
    }
}
