//! What the judge remembers: which apoyos it has to take up once more, and why.

use crate::{StorageError, apoyos::PendingApoyo, rules::judging::AfterFailure};
use async_trait::async_trait;
use protocol::{environment::Timestamp, ids::ApoyoId};

/// Apoyos that wait because their judging has failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PausedCount {
    /// How many wait for their next try.
    pub waiting: u64,
    /// The most tries that one of them has had.
    pub most_tries: u64,
}

/// The judge's own memory.
#[async_trait]
pub trait Judging {
    /// The judging of this apoyo failed, through a fault that is not the citizen's. It waits,
    /// longer every time; after the last try it is settled: in review, with the reason
    /// `SIN_REVISION_AUTOMATICA`. Other apoyos are judged meanwhile.
    async fn judging_failed(
        &self,
        id: ApoyoId,
        why: &str,
        now: Timestamp,
    ) -> Result<AfterFailure, StorageError>;
    /// Apoyos whose pause is over, those that have waited longest first, at most `limit`.
    async fn paused_apoyos(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PendingApoyo>, StorageError>;
    /// Counts apoyos that wait because their judging has failed.
    async fn paused_count(&self) -> Result<PausedCount, StorageError>;
}
