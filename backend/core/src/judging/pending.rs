//! Apoyos without a verdict, in order of arrival.
//!
//! Pictures are opened a few at a time; verdicts are written one after another in order of
//! arrival. A crash anywhere repeats an apoyo, which changes nothing the second time.

use super::{
    not_now::NotNow,
    one::{Judged, judge_one},
};
use crate::{core::Core, ports::OpenPicture};
use futures_util::StreamExt;
use storage::{
    apoyos::{PendingApoyo, Verdict},
    sampling::Signals,
};

/// Apoyos that are taken up together.
const BATCH: u32 = 64;

/// Judges the apoyos that wait now; returns how many they were.
///
/// Without a roll it judges none: every person would be recorded as missing from it.
pub async fn judge_pending(core: &Core, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    if core.storage.roll_version().await?.is_none() {
        return Ok(0);
    }
    let pending = core.storage.pending_apoyos(BATCH).await?;
    let count = pending.len();
    let at_once = core.rules.opened_at_once;
    let mut verdicts = futures_util::stream::iter(pending)
        .map(|apoyo| async move {
            let judged = judge_one(core, pictures, &apoyo).await;
            (apoyo, judged)
        })
        .buffered(at_once);
    while let Some((apoyo, judged)) = verdicts.next().await {
        let Judged { verdict, unopened } = judged?;
        let outcome = match &verdict {
            Verdict::InRoll(_) => "in_roll",
            Verdict::InReview { .. } => "in_review",
            Verdict::NotCounted { .. } => "not_counted",
        };
        let (storage, now) = (&core.storage, core.now());
        // Both wait together, and share a commit.
        let drawn = storage.sample_for_review(apoyo.id, signals(core, &apoyo));
        let settled = match unopened {
            true => storage.settle_unopened(apoyo.id, verdict, now),
            false => storage.settle_apoyo(apoyo.id, verdict, now),
        };
        tokio::try_join!(drawn, settled)?;
        core.events.count("verdict", outcome);
        core.heartbeat.beat(core.now());
    }
    Ok(count)
}

/// Review sampling for this apoyo, by the tier of its phone. Only a holder of the key can tell
/// which apoyos are drawn.
fn signals(core: &Core, apoyo: &PendingApoyo) -> Signals {
    let review = core.rules.review.of(apoyo.tier);
    Signals {
        sampled: core.keys.sample_percent(apoyo.id) < review.sampled_percent,
        phone_quota: review.apoyos_per_phone_per_day,
    }
}
