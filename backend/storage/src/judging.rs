//! The judge's notes: the apoyos that it has to judge again, and the reasons.

use crate::{StorageError, apoyos::PendingApoyo, rules::judging::AfterFailure};
use async_trait::async_trait;
use protocol::{environment::Timestamp, ids::ApoyoId};

/// Apoyos that wait because their judging has failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PausedCount {
    /// The number of apoyos that wait for their next try.
    pub waiting: u64,
    /// The most tries that one of them has had.
    pub most_tries: u64,
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
    /// Counts apoyos that wait because their judging has failed.
    async fn paused_count(&self) -> Result<PausedCount, StorageError>;
}
