//! Review sampling: which apoyos reviewers see first. It is a signal for the review, never a
//! reason against an apoyo.

use crate::StorageError;
use async_trait::async_trait;
use protocol::{environment::Timestamp, ids::ApoyoId};

/// Why an apoyo is reviewed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signals {
    /// It was picked at random.
    pub sampled: bool,
    /// How many apoyos a phone gives on one day before further ones are reviewed first.
    pub phone_quota: u32,
}

/// How many apoyos are reviewed first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SampledCount {
    /// Picked at random.
    pub sampled: u64,
    /// Beyond their phone's quota of a day.
    pub phone_quota: u64,
}

/// Review sampling.
#[async_trait]
pub trait ReviewSampling {
    /// Counts the apoyo for its phone and its day of arrival, and records why it is reviewed
    /// first, if it is. Called in order of arrival for each phone; again, it changes nothing.
    async fn sample_for_review(&self, id: ApoyoId, signals: Signals) -> Result<(), StorageError>;
    /// Counts apoyos that are reviewed first, by reason.
    async fn sampled_count(&self) -> Result<SampledCount, StorageError>;
    /// Deletes the counts of phones for days that are long over; returns how many.
    async fn sweep_phone_days(&self, now: Timestamp) -> Result<u64, StorageError>;
}
