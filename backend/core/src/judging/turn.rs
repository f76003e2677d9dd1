//! Judges a batch of apoyos: a few at a time, with a time limit for the pictures of each phone.

use super::{
    not_now::NotNow,
    one::{Judged, judge_one},
};
use crate::{core::Core, ports::OpenPicture};
use futures_util::StreamExt;
use protocol::ids::DeviceId;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use storage::apoyos::{PendingApoyo, Verdict};

/// The time limit for the pictures of one phone in a turn; its other apoyos wait for the next turn. An
/// honest picture takes a fraction of it.
const OF_ONE_PHONE: Duration = Duration::from_secs(2);

/// The time of each phone's pictures in this turn.
#[derive(Default)]
struct Spent(Mutex<HashMap<DeviceId, Duration>>);

impl Spent {
    fn with<T>(&self, device: DeviceId, use_it: impl FnOnce(&mut Duration) -> T) -> T {
        // A panic between two additions leaves a valid number.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        use_it(all.entry(device).or_default())
    }
}

/// The outcome of an apoyo in this turn.
enum Done {
    /// It has a verdict.
    Settled(&'static str),
    /// It waits: its judging failed.
    Failed,
    /// Its key is not here, and it already has a verdict without the pictures.
    WaitsForItsKey,
    /// The pictures of its phone have reached the time limit: it waits for the next turn.
    NextTurn,
}

/// The reason for judging a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Its apoyos have no verdict.
    Pending,
    /// Judging its apoyos failed, and their pause is over.
    Paused,
    /// Its apoyos have a verdict by the roll alone, and their key may be here now.
    Unopened,
}

/// The result of one turn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turn {
    /// Apoyos that got a verdict.
    pub settled: usize,
    /// Apoyos that wait because their judging failed.
    pub failed: usize,
}

/// Judges these apoyos. A fault of one does not affect the others.
pub async fn judge_all(
    core: &Core,
    pictures: &dyn OpenPicture,
    apoyos: Vec<PendingApoyo>,
    because: Because,
) -> Result<Turn, NotNow> {
    let spent = Spent::default();
    let mut all = futures_util::stream::iter(apoyos)
        .map(|apoyo| take_up(core, pictures, apoyo, because, &spent))
        .buffer_unordered(core.rules.opened_at_once);
    let mut turn = Turn::default();
    while let Some(done) = all.next().await {
        core.heartbeat.beat(core.now());
        match done? {
            Done::Settled(outcome) => {
                core.events.count("verdict", outcome);
                turn.settled += 1;
            }
            Done::Failed => turn.failed += 1,
            Done::WaitsForItsKey | Done::NextTurn => {}
        }
    }
    Ok(turn)
}

async fn take_up(
    core: &Core,
    pictures: &dyn OpenPicture,
    apoyo: PendingApoyo,
    because: Because,
    spent: &Spent,
) -> Result<Done, NotNow> {
    // No time limit here: these apoyos have a verdict already, so no phone waits for them.
    let has_spent =
        because != Because::Unopened && spent.with(apoyo.device, |spent| *spent > OF_ONE_PHONE);
    if has_spent {
        return Ok(Done::NextTurn);
    }
    let began = Instant::now();
    let judged = judge_one(core, pictures, &apoyo).await;
    spent.with(apoyo.device, |spent| *spent += began.elapsed());
    let done = match judged {
        Ok(judged) => settle(core, &apoyo, judged, because).await,
        Err(not_now) => Err(not_now),
    };
    match done {
        Err(NotNow::Item(why)) => {
            tracing::warn!(apoyo = %apoyo.id, why, "this apoyo cannot be judged now");
            core.events.count("judging", "failed");
            core.storage
                .judging_failed(apoyo.id, &why, core.now())
                .await?;
            Ok(Done::Failed)
        }
        done => done,
    }
}

async fn settle(
    core: &Core,
    apoyo: &PendingApoyo,
    judged: Judged,
    because: Because,
) -> Result<Done, NotNow> {
    let Judged { verdict, unopened } = judged;
    let outcome = match &verdict {
        _ if because == Because::Unopened => "looked_at_later",
        Verdict::InRoll(_) => "in_roll",
        Verdict::InReview { .. } => "in_review",
        Verdict::NotCounted { .. } => "not_counted",
    };
    let (storage, now) = (&core.storage, core.now());
    match (unopened, because) {
        (true, Because::Unopened) => return Ok(Done::WaitsForItsKey),
        (true, _) => storage.settle_unopened(apoyo.id, verdict, now).await?,
        (false, _) => storage.settle_apoyo(apoyo.id, verdict, now).await?,
    }
    Ok(Done::Settled(outcome))
}
