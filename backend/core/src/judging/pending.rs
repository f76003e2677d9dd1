//! Apoyos without a verdict, and those whose judging failed and whose pause is over.
//!
//! Phones take turns, pictures are opened a few at a time, and verdicts are written as they come:
//! who counts is decided by order of arrival when a verdict is written, whatever the order of the
//! verdicts. A crash anywhere repeats an apoyo, which changes nothing the second time.

use super::{
    not_now::NotNow,
    turn::{Because, Turn, judge_all},
};
use crate::{core::Core, ports::OpenPicture};
use futures_util::future::join_all;
use storage::{StorageError, apoyos::PendingApoyo, sampling::Signals};

/// Apoyos that are taken up together.
const BATCH: u32 = 64;
/// Of those whose judging failed, fewer: they may fail again, and slowly.
const BATCH_AGAIN: u32 = 8;

/// Judges what waits now, a batch of it; answers how many apoyos were dealt with.
///
/// Without a roll nothing is judged: no person could be found, and each would be answered that
/// they are not in the roll.
pub async fn judge_pending(core: &Core, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    if core.storage.roll_version().await?.is_none() {
        return Ok(0);
    }
    let pending = core.storage.pending_apoyos(BATCH, core.now()).await?;
    sample_for_review(core, &pending).await?;
    let came = judge_all(core, pictures, pending, Because::Pending).await?;
    let paused = core.storage.paused_apoyos(core.now(), BATCH_AGAIN).await?;
    let again = judge_all(core, pictures, paused, Because::Paused).await?;
    let dealt_with = |turn: Turn| turn.settled + turn.failed;
    Ok(dealt_with(came) + dealt_with(again))
}

/// Review sampling, in the order of arrival of each phone: before the verdict, which does not
/// depend on it. All of a batch share a commit.
async fn sample_for_review(core: &Core, apoyos: &[PendingApoyo]) -> Result<(), NotNow> {
    let drawn = apoyos.iter().map(|apoyo| {
        core.storage
            .sample_for_review(apoyo.id, signals(core, apoyo))
    });
    for drawn in join_all(drawn).await {
        match drawn {
            // A signal for the review only: no verdict waits for it.
            Err(StorageError::Item(why)) => tracing::warn!(why, "an apoyo is not sampled"),
            drawn => drawn?,
        }
    }
    Ok(())
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
