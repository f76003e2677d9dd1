//! The world of one history.

use crate::{
    Log, Outcome,
    base::{Base, is_open},
    chance::{Chance, Dice},
    happening::Step,
    outside::{Clock, Mood, Reader, Relay},
    phone::Phone,
    server::{Around, Server},
    steady::Idle,
};
use chrono::TimeDelta;
use protocol::{code::Code, environment::Clock as _};
use server_core::refusal::Refusal;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use volatile_disk::{Loss, VolatileDisk};

/// Phones in a history.
const PHONES: usize = 2;
/// The number of steps before all faults end.
const STEPS: u64 = 60;

/// Waits until this process has no open file below the folder, because a stopped server's threads close
/// their files a moment later, and a disk in use cannot be unmounted.
fn until_closed(folder: &Path) {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let files = fs::read_dir("/proc/self/fd")
            .into_iter()
            .flatten()
            .flatten();
        let open = files.filter_map(|file| fs::read_link(file.path()).ok());
        let below = open.filter(|path| path.starts_with(folder)).count();
        if below == 0 {
            return;
        }
        assert!(
            Instant::now() < until,
            "a server that is gone has {below} files open"
        );
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// The fate of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrives, and so does its answer.
    Arrives,
    /// It never arrives.
    Lost,
    /// It arrives; its answer does not.
    AnswerLost,
    /// It arrives twice, and the second answer is received.
    Twice,
}

/// The world of one history.
pub struct World {
    pub(crate) around: Around,
    pub(crate) reader: Reader,
    pub(crate) chance: Chance,
    pub(crate) phones: Vec<Phone>,
    pub(crate) server: Option<Server>,
    pub(crate) disk: VolatileDisk,
    /// Whether the network works without losses.
    pub(crate) calm: bool,
    /// Whether the disk may return errors although it works.
    pub(crate) full: bool,
    pub(crate) flush_fails: bool,
    /// The number of mails that may have been sent twice.
    pub(crate) forgotten: u64,
    pub(crate) outcome: Outcome,
    folder: TempDir,
    keys: PathBuf,
    log: Log,
}

impl World {
    /// The base, copied and served.
    pub(crate) async fn begin(base: &Base, seed: u64, log: Log, idle: Arc<Idle>) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let disk = base.disk.left_after(Loss::Nothing, folder.path());
        let dice = Arc::new(Dice::of(seed));
        let mut world = Self {
            phones: (0..PHONES)
                .map(|number| Phone::new(number, &dice))
                .collect(),
            around: Around {
                clock: Arc::new(Clock::default()),
                dice,
                relay: Relay::default(),
                idle,
            },
            reader: Reader::default(),
            chance: Chance::of(seed),
            server: None,
            disk: disk.expect("a disk of the tests is mounted by root"),
            calm: false,
            full: false,
            flush_fails: false,
            forgotten: 0,
            outcome: Outcome::default(),
            folder,
            keys: base.keys.path().to_owned(),
            log,
        };
        world.start().await.expect("a good disk is served");
        // One phone is already activated.
        world.calm = true;
        world.activate(0).await;
        world.mail().await;
        world.activate(0).await;
        world.calm = false;
        world
    }

    /// Notes an event, for the report of a failure.
    pub(crate) fn note(&self, what: impl Into<String>) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push(what.into());
    }

    /// Runs all steps.
    pub(crate) async fn history(&mut self) {
        for number in 0..STEPS {
            let step = Step::drawn(&mut self.chance);
            self.note(format!("{number:3} {step:?}"));
            self.take(step).await;
            self.restart_if_ended().await;
        }
    }

    pub(crate) fn fate(&mut self) -> Fate {
        if self.calm {
            return Fate::Arrives;
        }
        let fate = self.chance.weighed(&[
            (16, Fate::Arrives),
            (1, Fate::Lost),
            (3, Fate::AnswerLost),
            (2, Fate::Twice),
        ]);
        self.outcome.lost += u64::from(matches!(fate, Fate::Lost | Fate::AnswerLost));
        fate
    }

    /// Whether the storage may refuse at this moment; otherwise the reason why not.
    pub(crate) fn allow(&self, doing: &str, refusal: Refusal) {
        let code = refusal.code();
        let (_, broken) = refusal.into_parts();
        let faulty = self.disk.is_dead() || self.flush_fails;
        match code {
            Code::ServerFault => assert!(faulty, "{doing}: broken without a fault: {broken:?}"),
            Code::ServerStorageFull | Code::ServerBusy => {
                assert!(faulty || self.full, "{doing}: {code:?} with room");
            }
            // A clock that is years off closes campaigns; the phone keeps the apoyo and tries again.
            Code::CampaignClosed | Code::CampaignNotOpen => {
                let now = self.around.clock.now();
                assert!(!is_open(now), "{doing}: {code:?} within the window");
            }
            other => panic!("{doing} was refused: {other:?}"),
        }
        self.note(format!("    {doing}: {code:?}"));
    }

    /// Starts a server on the disk's data.
    pub(crate) async fn start(&mut self) -> anyhow::Result<()> {
        let data = self.folder.path().join("data");
        self.server = Some(Server::start(&data, &self.keys, &self.around).await?);
        Ok(())
    }

    /// Whether the server has to restart.
    pub(crate) fn is_ended(&self) -> bool {
        let broken = self
            .server
            .as_ref()
            .and_then(|server| server.engine.broken());
        broken.is_some() || self.disk.is_dead()
    }

    /// Restarts a server whose disk died or whose state is unknown.
    async fn restart_if_ended(&mut self) {
        let broken = self
            .server
            .as_ref()
            .and_then(|server| server.engine.broken());
        if let Some(why) = &broken {
            let faulty = self.disk.is_dead() || self.flush_fails;
            assert!(faulty, "the storage broke without a fault: {why}");
        }
        if self.is_ended() {
            let loss = self.chance.loss();
            self.restart(loss).await;
        }
    }

    /// Kills the program, perhaps with a power loss, and restarts it; it may die again during recovery.
    pub(crate) async fn restart(&mut self, mut loss: Loss) {
        loop {
            self.note(format!("    the server ends: {loss:?}"));
            // The disk dies first, because a killed program does not write any more.
            self.disk.die();
            drop(self.server.take());
            until_closed(self.folder.path());
            let (changes, trace) = self.disk.trace();
            self.outcome.changes += changes;
            self.outcome.trace = self.outcome.trace.rotate_left(7) ^ trace;
            self.outcome.restarts += 1;
            self.outcome.power_cuts += u64::from(loss != Loss::Nothing);
            let folder = tempfile::tempdir().expect("a folder can be made");
            let left = self.disk.left_after(loss, folder.path());
            self.disk = left.expect("a disk of the tests is mounted by root");
            self.folder = folder;
            (self.full, self.flush_fails) = (false, false);
            if !self.calm && self.chance.once_in(4) {
                let done = self.chance.once_in(2);
                self.disk.die_at(1 + self.chance.below(40), done);
            }
            match self.start().await {
                Ok(()) if !self.disk.is_dead() => return,
                Ok(()) => {}
                Err(why) => assert!(self.disk.is_dead(), "it does not start: {why:#}"),
            }
            loss = self.chance.loss();
        }
    }

    /// Ends all faults.
    pub(crate) async fn becomes_well(&mut self) {
        self.calm = true;
        self.around.relay.becomes(Mood::Well);
        self.reader.set_away(false);
        // After every mail and code of the true clock.
        self.around.clock.set_after_beginning(TimeDelta::days(30));
        let loss = self.chance.loss();
        self.restart(loss).await;
    }

    /// Stops the server as an operator does, at the end of the history.
    pub(crate) fn end(mut self) -> Outcome {
        let outcome = self.outcome();
        drop(self.server.take());
        until_closed(self.folder.path());
        outcome
    }

    fn outcome(&self) -> Outcome {
        let (changes, trace) = self.disk.trace();
        let promised = self.phones.iter().flat_map(|phone| &phone.apoyos);
        Outcome {
            receipts: promised.filter(|apoyo| apoyo.promise.is_some()).count() as u64,
            mails: self.around.relay.arrived().len() as u64,
            changes: self.outcome.changes + changes,
            trace: self.outcome.trace.rotate_left(7) ^ trace,
            ..self.outcome
        }
    }
}
