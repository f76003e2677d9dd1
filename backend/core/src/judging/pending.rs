//! Apoyos without a verdict, in order of arrival.
//!
//! Pictures are opened a few at a time; verdicts are written one after another in order of
//! arrival. A crash anywhere repeats an apoyo, which changes nothing the second time.

use super::{
    judge::{Picture, judge},
    look::look_at,
    unread::look_at_unread,
};
use crate::{core::Core, ports::OpenPicture};
use futures_util::{FutureExt, StreamExt};
use protocol::reason::Reason;
use std::{io, panic::AssertUnwindSafe, sync::atomic::Ordering};
use storage::{
    StorageError,
    apoyos::{PendingApoyo, Verdict},
    attention::Signals,
};

/// Apoyos that are taken up together.
const BATCH: u32 = 64;

/// Why there is no verdict yet.
#[derive(Debug, thiserror::Error)]
pub enum NotNow {
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No process could be made.
    #[error("pictures cannot be opened: {0}")]
    Process(#[from] io::Error),
}

/// What came since the last round, and what a new key opens; answers how many apoyos those were.
pub async fn round(core: &Core, pictures: &dyn OpenPicture) -> Result<usize, NotNow> {
    let judged = judge_pending(core, pictures).await?;
    if judged > 0 || !core.wakers.look_again.swap(false, Ordering::SeqCst) {
        return Ok(judged);
    }
    let looked = look_at_unread(core, pictures).await;
    if looked.is_err() {
        core.wakers.look_again.store(true, Ordering::SeqCst);
    }
    looked
}

/// Judges everything that waits now; answers how many apoyos that were.
///
/// Without a roll nothing is judged: nobody could be found in it, and everybody would be told
/// that they do not stand there.
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
        let drawn = storage.draw_attention(apoyo.id, signals(core, &apoyo));
        let settled = match unopened {
            true => storage.settle_unread(apoyo.id, verdict, now),
            false => storage.settle_apoyo(apoyo.id, verdict, now),
        };
        tokio::try_join!(drawn, settled)?;
        core.events.count("verdict", outcome);
        core.heartbeat.beat(core.now());
    }
    Ok(count)
}

/// What draws the attention of those who review to this apoyo, by the tier of its phone. Whoever
/// does not hold the key cannot tell whom chance picks.
fn signals(core: &Core, apoyo: &PendingApoyo) -> Signals {
    let review = core.rules.review.of(apoyo.tier);
    Signals {
        sampled: core.keys.chance(apoyo.id) < review.sampled_percent,
        phone_quota: review.apoyos_per_phone_per_day,
    }
}

/// A verdict, and what it was found by.
#[derive(Debug)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// Its picture was not looked at: the key is not here.
    pub unopened: bool,
}

/// Judges one apoyo. One whose bytes make the program panic must not stop those behind it: a
/// person looks at it.
pub async fn judge_one(
    core: &Core,
    pictures: &dyn OpenPicture,
    apoyo: &PendingApoyo,
) -> Result<Judged, NotNow> {
    AssertUnwindSafe(verdict_of(core, pictures, apoyo))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Ok(for_a_person(Reason::Otra)))
}

fn for_a_person(reason: Reason) -> Judged {
    Judged {
        verdict: Verdict::InReview {
            reasons: vec![reason],
            place: None,
        },
        unopened: false,
    }
}

async fn verdict_of(
    core: &Core,
    pictures: &dyn OpenPicture,
    apoyo: &PendingApoyo,
) -> Result<Judged, NotNow> {
    // It came before parts were sealed, and nobody had judged it: a person looks at it.
    let Some(card) = &apoyo.card else {
        return Ok(for_a_person(Reason::Otra));
    };
    let Some(rules) = core.storage.campaign_rules(&apoyo.campaign).await? else {
        return Ok(for_a_person(Reason::Otra));
    };
    let picture = look_at(core, pictures, apoyo, card).await?;
    let found = core.storage.find_in_roll(card.roll_key).await?;
    let verdict = judge(
        picture,
        found.as_ref(),
        &rules,
        apoyo.received_at,
        |entry| {
            core.keys
                .person_tag(&rules.exclusivity_group, &entry.person)
        },
    );
    Ok(Judged {
        verdict,
        unopened: picture == Picture::Unopened,
    })
}
