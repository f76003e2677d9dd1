//! What a running server counts in memory and must not forget at a restart: parts that came in
//! and that no receipt names yet, apoyos of the day, and what the operator should hear of.
//!
//! Nothing here is on the way of an apoyo: the server counts in memory, and notes what is still
//! owed a few seconds later, many parts in one transaction. A crash in between forgives a phone
//! what it brought in those seconds.

use crate::StorageError;
use async_trait::async_trait;
use protocol::{
    environment::Timestamp,
    ids::{DeviceId, Sha256Hash},
};

/// A part that came in and that no receipt names yet.
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

/// Something about the server's surroundings that the operator should hear of.
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

/// What is counted across restarts.
#[async_trait]
pub trait Limits {
    /// Notes parts that no receipt names yet, and forgets those that are named or removed.
    async fn note_parts(
        &self,
        arrived: Vec<UnnamedPart>,
        gone: Vec<Sha256Hash>,
    ) -> Result<(), StorageError>;
    /// The parts that were noted and not forgotten.
    async fn unnamed_parts(&self) -> Result<Vec<UnnamedPart>, StorageError>;
    /// How many apoyos each phone has given since this moment. Reads the newest rows only: its
    /// cost grows with what was given since, not with the data.
    async fn apoyos_since(&self, since: Timestamp) -> Result<Vec<(DeviceId, u32)>, StorageError>;
    /// Notes when something was noticed last.
    async fn note_noticed(&self, what: Noticed, now: Timestamp) -> Result<(), StorageError>;
    /// When it was noticed last, if it ever was.
    async fn noticed(&self, what: Noticed) -> Result<Option<Timestamp>, StorageError>;
}
