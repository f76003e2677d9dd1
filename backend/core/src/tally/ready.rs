//! Tallies, ready to be sent: computed once for everybody who asks, and again only when their
//! counters have moved. So a site with a thousand visitors is no load, and neither is a stranger
//! who asks without end.

use super::ShowRefused;
use crate::core::Core;
use bytes::Bytes;
use protocol::{
    environment::Timestamp,
    ids::{CampaignId, Sha256Hash},
    tally::{SECCION_STEP_MINUTES, Tally},
};
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

#[derive(Debug)]
struct Slot {
    now: Mutex<(Instant, Seen)>,
    /// Held by the one who looks whether it moved.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone)]
struct Seen {
    version: u64,
    ready: Arc<Ready>,
}

type Key = (CampaignId, TallyPart);

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
    kept: Duration,
    slots: Cache<Key, Arc<Slot>, ByBytes>,
    /// Held by the one who computes a tally that is not kept yet.
    first: tokio::sync::Mutex<()>,
}

impl Slot {
    fn seen(&self) -> (Instant, Seen) {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.clone()
    }

    fn set(&self, seen: Seen) {
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
}

/// The tally of this campaign with these places, as everybody may see it.
pub async fn ready(
    core: &Core,
    id: &CampaignId,
    part: TallyPart,
) -> Result<Arc<Ready>, ShowRefused> {
    let key = (id.clone(), part);
    let tallies = &core.tallies;
    if let Some(slot) = tallies.slots.get(&key) {
        return known(core, &key, &slot).await;
    }
    // Before anybody waits: a campaign that is not there keeps nobody from those that are.
    let version = core.storage.tally_version(id).await?;
    let version = version.ok_or(ShowRefused::Unknown)?;
    let _first = tallies.first.lock().await;
    if let Some(slot) = tallies.slots.get(&key) {
        return Ok(slot.seen().1.ready);
    }
    let seen = compute(core, &key, version).await?;
    let ready = seen.ready.clone();
    let slot = Slot {
        now: Mutex::new((Instant::now(), seen)),
        looking: tokio::sync::Mutex::default(),
    };
    tallies.slots.insert(key, Arc::new(slot));
    Ok(ready)
}

/// A tally that is kept: as it is, or as it has become. While one looks, the others get what is
/// there.
async fn known(core: &Core, key: &Key, slot: &Arc<Slot>) -> Result<Arc<Ready>, ShowRefused> {
    let (since, seen) = slot.seen();
    let kept = core.tallies.kept;
    if since.elapsed() < kept {
        return Ok(seen.ready);
    }
    let looking = match slot.looking.try_lock() {
        Ok(looking) => looking,
        Err(_) if !kept.is_zero() => return Ok(seen.ready),
        Err(_) => slot.looking.lock().await,
    };
    let version = core.storage.tally_version(&key.0).await?;
    let version = version.ok_or(ShowRefused::Unknown)?;
    let is_same = version == seen.version && !has_a_new_hour(&seen.ready.tally, core.now());
    let seen = match is_same {
        true => seen,
        false => compute(core, key, version).await?,
    };
    let ready = seen.ready.clone();
    slot.set(seen);
    drop(looking);
    Ok(ready)
}

/// Whether its secciones may have been published again since.
fn has_a_new_hour(tally: &Tally, now: Timestamp) -> bool {
    let step = chrono::TimeDelta::minutes(SECCION_STEP_MINUTES);
    tally
        .secciones_at
        .is_some_and(|at| (now - at).abs() >= step)
}

async fn compute(core: &Core, key: &Key, version: u64) -> Result<Seen, ShowRefused> {
    let (id, part) = key;
    // The version first, the counters second: what moves in between is gathered once more.
    let tally = core.storage.public_tally(id, *part, core.now()).await?;
    let tally = tally.ok_or(ShowRefused::Unknown)?;
    let body = serde_json::to_vec(&tally).map_err(ShowRefused::Unwritten)?;
    let hash = Sha256Hash::of(&body).to_string();
    let etag = format!("\"{}\"", hash.get(..32).unwrap_or(&hash));
    core.events.count("tally", "computed");
    Ok(Seen {
        version,
        ready: Arc::new(Ready {
            tally,
            body: body.into(),
            etag,
        }),
    })
}
