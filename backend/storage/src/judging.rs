//! The judge's notes: the apoyos that it has to judge again, and the reasons.

use crate::{
    StorageError,
    apoyos::{PendingApoyo, Verdict},
    rules::{judging::AfterFailure, settle::Turned},
};
use async_trait::async_trait;
use protocol::{
    environment::Timestamp,
    ids::{ApoyoId, CampaignId},
    reason::Reason,
};

/// Apoyos that wait because their judging has failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PausedCount {
    /// The number of apoyos that wait for their next try.
    pub waiting: u64,
    /// The most tries that one of them has had.
    pub most_tries: u64,
}

/// What became of the pictures when a verdict was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pictures {
    /// They were opened.
    Opened,
    /// They wait for their key.
    Unopened,
    /// They were not looked at: what was known of them holds.
    AsBefore,
}

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// The version of the roll; 0 without one.
    pub roll: u64,
    /// Its pictures.
    pub pictures: Pictures,
    /// The run that it belongs to, if it is reached once more.
    pub run: Option<u64>,
}

/// The outcome of settling a verdict that rests on the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It is written.
    Written,
    /// Another roll has come into force since: nothing was written, and the apoyo has to be judged
    /// by that one.
    RollChanged,
}

/// Which verdicts are to be reached once more; the default: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhichAgain {
    /// Those of this campaign.
    pub campaign: Option<CampaignId>,
    /// Those with this reason.
    pub reason: Option<Reason>,
    /// Those whose status has changed since.
    pub since: Option<Timestamp>,
    /// Whether the pictures are opened once more; otherwise what was seen in them holds.
    pub pictures: bool,
}

/// Verdicts that are reached once more, and how far that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgingAgain {
    /// The number of this run, from 1.
    pub run: u64,
    /// Which verdicts.
    pub which: WhichAgain,
    /// When it began.
    pub begun_at: Timestamp,
    /// The last apoyo that it reaches, in the order of arrival.
    pub last: u64,
    /// So far it has come.
    pub through: u64,
    /// Verdicts that were reached once more.
    pub judged: u64,
    /// Apoyos that are counted now and were not, or the reverse.
    pub turned: Turned,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// A piece of a run.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Apoyos to judge.
    pub apoyos: Vec<PendingApoyo>,
    /// Once they are judged, the run has come so far.
    pub through: u64,
}

/// The judge's notes.
#[async_trait]
pub trait Judging {
    /// Records that judging this apoyo failed by a fault of the server. It waits, with growing pauses;
    /// after the last try it is settled as in review, with the reason `SIN_REVISION_AUTOMATICA`. Other
    /// apoyos are judged meanwhile.
    async fn judging_failed(
        &self,
        id: ApoyoId,
        why: &str,
        now: Timestamp,
    ) -> Result<AfterFailure, StorageError>;
    /// Lists apoyos whose pause is over, the longest waiting first, at most `limit`.
    async fn paused_apoyos(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PendingApoyo>, StorageError>;
    /// Writes a verdict like [`crate::apoyos::Apoyos::settle_apoyo`], unless another roll is in force
    /// than the one that it rests on. Whether the pictures wait for their key is noted with it.
    async fn settle_by_roll(
        &self,
        id: ApoyoId,
        verdict: Verdict,
        basis: Basis,
        now: Timestamp,
    ) -> Result<Settled, StorageError>;
    /// Begins a run: what has a verdict now is judged once more, in the order of arrival.
    async fn begin_judging_again(
        &self,
        which: WhichAgain,
        now: Timestamp,
    ) -> Result<JudgingAgain, StorageError>;
    /// The oldest run that has not ended.
    async fn judging_again(&self) -> Result<Option<JudgingAgain>, StorageError>;
    /// The newest runs, at most `limit`.
    async fn runs(&self, limit: u32) -> Result<Vec<JudgingAgain>, StorageError>;
    /// What of a run comes next: at most `limit` apoyos, and a bounded number of rows looked at.
    async fn next_piece(
        &self,
        run: &JudgingAgain,
        limit: u32,
        now: Timestamp,
    ) -> Result<Piece, StorageError>;
    /// The piece is judged: the run has come so far, and has ended if this is its end.
    async fn piece_judged(
        &self,
        run: u64,
        through: u64,
        now: Timestamp,
    ) -> Result<(), StorageError>;
    /// Counts apoyos that wait because their judging has failed.
    async fn paused_count(&self) -> Result<PausedCount, StorageError>;
}
