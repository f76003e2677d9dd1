//! Who is looked at first: a signal for those who review pictures, never a reason against an apoyo.

use crate::StorageError;
use async_trait::async_trait;
use protocol::{environment::Timestamp, ids::ApoyoId};

/// What draws attention to an apoyo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signals {
    /// Chance has picked it.
    pub sampled: bool,
    /// How many apoyos its phone may give on one day before the further ones draw attention.
    pub phone_quota: u32,
}

/// How many apoyos have drawn attention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AttentionCount {
    /// Picked by chance.
    pub sampled: u64,
    /// Beyond what their phone gives on a day.
    pub phone_quota: u64,
}

/// Attention.
#[async_trait]
pub trait Attention {
    /// Counts the apoyo for its phone and its day of arrival, and notes what draws attention to
    /// it. Called in order of arrival; calling again for the last one of a phone changes nothing.
    async fn draw_attention(&self, id: ApoyoId, signals: Signals) -> Result<(), StorageError>;
    /// How many apoyos have drawn attention, and by what.
    async fn attention_count(&self) -> Result<AttentionCount, StorageError>;
    /// Forgets how many apoyos each phone gave on days that are long over; answers how many
    /// entries those were.
    async fn sweep_phone_days(&self, now: Timestamp) -> Result<u64, StorageError>;
}
