//! Counts of a running server that have to survive a restart: parts without a receipt, apoyos of the day,
//! and notices for the operator.
//!
//! Taking in an apoyo does not wait for this: the server counts in memory, and records the remaining parts
//! a few seconds later, many in one transaction. A crash in between loses the counts of those seconds.

use crate::StorageError;
use async_trait::async_trait;
use protocol::{
    environment::Timestamp,
    ids::{DeviceId, Sha256Hash},
};

/// A part without a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnnamedPart {
    /// Its name.
    pub sha256: Sha256Hash,
    /// The phone that brought it.
    pub device: DeviceId,
    /// Its length.
    pub bytes: u64,
    /// When it came.
    pub arrived_at: Timestamp,
}

/// A notice for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noticed {
    /// A peer on this machine or in a private network, which is not a named proxy, wrote
    /// `X-Forwarded-For`.
    ForwardedByNeighbour,
    /// A peer elsewhere, which is not a named proxy, wrote `X-Forwarded-For`.
    ForwardedByStranger,
}

impl Noticed {
    /// Its word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Noticed::ForwardedByNeighbour => "forwarded_by_neighbour",
            Noticed::ForwardedByStranger => "forwarded_by_stranger",
        }
    }
}

/// Counts that survive restarts.
#[async_trait]
pub trait Limits {
    /// Records parts without a receipt, and deletes those that got one or were removed.
    async fn note_parts(
        &self,
        arrived: Vec<UnnamedPart>,
        gone: Vec<Sha256Hash>,
    ) -> Result<(), StorageError>;
    /// The recorded parts.
    async fn unnamed_parts(&self) -> Result<Vec<UnnamedPart>, StorageError>;
    /// The number of apoyos of each phone since this moment. It reads only the newest rows, so its cost does
    /// not grow with the data.
    async fn apoyos_since(&self, since: Timestamp) -> Result<Vec<(DeviceId, u32)>, StorageError>;
    /// Records the moment of a notice.
    async fn note_noticed(&self, what: Noticed, now: Timestamp) -> Result<(), StorageError>;
    /// The last moment of a notice, if any.
    async fn noticed(&self, what: Noticed) -> Result<Option<Timestamp>, StorageError>;
}
