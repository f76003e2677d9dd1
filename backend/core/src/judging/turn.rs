//! Judges a batch of apoyos: a few at a time, with a time limit for the pictures of each phone.

use super::{
    not_now::NotNow,
    one::{Judged, Look, judge_one},
};
use crate::{core::Core, ports::OpenPicture};
use futures_util::StreamExt;
use protocol::ids::DeviceId;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use storage::{
    apoyos::{PendingApoyo, Verdict},
    judging::{Basis, Pictures, Settled},
};

/// The time limit for the pictures of one phone in a turn; its other apoyos wait for the next turn. An
/// honest picture takes a fraction of it.
const OF_ONE_PHONE: Duration = Duration::from_secs(2);

/// How often an apoyo is judged while one roll after the other comes into force.
const TRIES: usize = 3;

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
    /// The verdict of its apoyos is reached once more, in this run.
    Again {
        /// The run.
        run: u64,
        /// Whether their pictures are opened once more.
        look: Look,
    },
}

impl Because {
    /// Apoyos of a run, and those whose key has come, have a verdict and wait for no phone's turn.
    fn takes_turns(self) -> bool {
        matches!(self, Because::Pending | Because::Paused)
    }

    fn look(self) -> Look {
        match self {
            Because::Again { look, .. } => look,
            Because::Pending | Because::Paused | Because::Unopened => Look::Opens,
        }
    }

    fn run(self) -> Option<u64> {
        match self {
            Because::Again { run, .. } => Some(run),
            Because::Pending | Because::Paused | Because::Unopened => None,
        }
    }
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
    let has_spent = spent.with(apoyo.device, |spent| *spent > OF_ONE_PHONE);
    if has_spent && because.takes_turns() {
        return Ok(Done::NextTurn);
    }
    let began = Instant::now();
    let done = by_the_roll_in_force(core, pictures, &apoyo, because).await;
    spent.with(apoyo.device, |spent| *spent += began.elapsed());
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

async fn by_the_roll_in_force(
    core: &Core,
    pictures: &dyn OpenPicture,
    apoyo: &PendingApoyo,
    because: Because,
) -> Result<Done, NotNow> {
    for _ in 0..TRIES {
        let judged = judge_one(core, pictures, apoyo, because.look()).await?;
        if let Some(done) = settle(core, apoyo, judged, because).await? {
            return Ok(done);
        }
    }
    Ok(Done::NextTurn)
}

/// `None`: another roll has come into force since the person was looked up.
async fn settle(
    core: &Core,
    apoyo: &PendingApoyo,
    judged: Judged,
    because: Because,
) -> Result<Option<Done>, NotNow> {
    let Judged {
        verdict,
        roll,
        pictures,
    } = judged;
    if pictures == Pictures::Unopened && because == Because::Unopened {
        return Ok(Some(Done::WaitsForItsKey));
    }
    let outcome = match &verdict {
        _ if because == Because::Unopened => "looked_at_later",
        _ if because.run().is_some() => "again",
        Verdict::InRoll(_) => "in_roll",
        Verdict::InReview { .. } => "in_review",
        Verdict::NotCounted { .. } => "not_counted",
    };
    let basis = Basis {
        roll,
        pictures,
        run: because.run(),
    };
    let storage = &core.storage;
    let settled = storage.settle_by_roll(apoyo.id, verdict, basis, core.now());
    Ok(match settled.await? {
        Settled::Written => Some(Done::Settled(outcome)),
        Settled::RollChanged => None,
    })
}
