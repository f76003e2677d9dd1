//! A tally that is ready: the kept one, or computed again because its counters have moved.

use super::refused::ShowRefused;
use crate::{
    core::Core,
    tallies::{Key, Ready, Seen, Slot},
};
use protocol::{
    environment::Timestamp,
    ids::{CampaignId, Sha256Hash},
    tally::{SECCION_STEP_MINUTES, Tally},
};
use std::sync::Arc;
use storage::campaigns::TallyPart;

/// The tally of this campaign with these places, as everybody may see it.
pub async fn ready(
    core: &Core,
    id: &CampaignId,
    part: TallyPart,
) -> Result<Arc<Ready>, ShowRefused> {
    let key = (id.clone(), part);
    let tallies = &core.tallies;
    if let Some(slot) = tallies.get(&key) {
        return known(core, &key, &slot).await;
    }
    // Looked up before the lock: requests for an unknown campaign do not delay the others.
    let version = core.storage.tally_version(id).await?;
    let version = version.ok_or(ShowRefused::Unknown)?;
    let _first = tallies.first.lock().await;
    if let Some(slot) = tallies.get(&key) {
        return Ok(slot.seen().1.ready);
    }
    let seen = compute(core, &key, version).await?;
    let ready = seen.ready.clone();
    tallies.keep(key, seen);
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
