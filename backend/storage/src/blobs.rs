//! Evidence: pictures by their hash, in a folder or an object store.

mod direct;
mod disk_threads;
pub mod flush;
mod folder;
mod held;
mod incoming;
pub mod local;
mod lost;
mod piece;
mod places;
mod present;
mod receive;
mod staged;

pub use held::Held;

use crate::StorageError;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use protocol::{environment::Timestamp, ids::Sha256Hash};
use std::collections::HashSet;

/// The outcome of storing a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is there, and its hash is its name.
    Whole {
        /// Its length.
        bytes: u64,
    },
    /// The same bytes were there already.
    There,
    /// The stream has another hash; it was discarded.
    OtherHash,
    /// The stream is longer than allowed; it was discarded.
    TooLong,
    /// The sender broke off; the stream was discarded.
    Interrupted,
}

/// Unreferenced pictures that were put aside at starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lost {
    /// The number of files.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// When the oldest of them was put aside.
    pub oldest: Option<Timestamp>,
}

/// Tells which blobs are named by rows: the engine's half of recovering and sweeping.
#[async_trait]
pub trait NamedByRows: Send + Sync {
    /// Those of `names` that a row names. Asked only about blobs that were put and not kept:
    /// about a kept blob, an engine may answer that no row names it.
    async fn named(&self, names: &[Sha256Hash]) -> Result<HashSet<Sha256Hash>, StorageError>;
}

/// The evidence.
///
/// A blob goes through three states: *put* (it may be gone after a loss of power), *durable*
/// ([`BlobStore::make_durable`], once for a whole batch of apoyos, right before their rows are
/// committed), *kept* ([`BlobStore::keep`], after the commit). What was put and is named by no
/// row is the store's to [`BlobStore::recover`] or [`BlobStore::sweep`]; what was kept stays.
///
/// Every method that may wait is asynchronous, so that a folder and an object store can both
/// keep the contract. The engine's writer drives them on the runtime of the callers that wait
/// for it: an implementation may use its timers and sockets, and must not block it.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Streams a blob in and hashes it on the way; memory does not grow with its length.
    async fn put(
        &self,
        name: Sha256Hash,
        body: BoxStream<'static, Result<Bytes, std::io::Error>>,
        max_bytes: u64,
    ) -> Result<Stored, StorageError>;
    /// Whether it came in a moment ago and waits for its row: answered from memory. `false`
    /// says nothing.
    fn has_arrived(&self, _name: Sha256Hash) -> bool {
        false
    }
    /// Uploads that are coming in at this moment: where there are some, more rows follow.
    fn arriving(&self) -> usize {
        0
    }
    /// Its length, if it is there.
    async fn length(&self, name: Sha256Hash) -> Result<Option<u64>, StorageError>;
    /// Its first `limit` bytes, if it is there.
    async fn head(&self, name: Sha256Hash, limit: u64) -> Result<Option<Bytes>, StorageError>;
    /// The lengths of several, in the same order.
    async fn lengths(&self, names: &[Sha256Hash]) -> Result<Vec<Option<u64>>, StorageError> {
        let mut lengths = Vec::with_capacity(names.len());
        for name in names {
            lengths.push(self.length(*name).await?);
        }
        Ok(lengths)
    }
    /// The lengths of several and their first bytes (at most `limit`), in the same order.
    async fn beginnings(
        &self,
        names: &[Sha256Hash],
        limit: u64,
    ) -> Result<Vec<Option<(u64, Bytes)>>, StorageError> {
        let mut beginnings = Vec::with_capacity(names.len());
        for name in names {
            let length = self.length(*name).await?;
            beginnings.push(length.zip(self.head(*name, limit).await?));
        }
        Ok(beginnings)
    }
    /// The whole blob, if it is there.
    async fn read(&self, name: Sha256Hash) -> Result<Option<Bytes>, StorageError>;
    /// Removes a blob that is not a picture after all. Held and kept ones stay.
    async fn remove(&self, name: Sha256Hash) -> Result<(), StorageError>;
    /// A row is about to name these: while the answer lives, [`Self::remove`] and
    /// [`Self::sweep`] leave them. It also says how long each of them is, if it is there.
    async fn hold(&self, names: &[Sha256Hash]) -> Result<Held, StorageError>;
    /// When it returns, these survive a loss of power, and so does every earlier [`Self::keep`].
    async fn make_durable(&self, names: &[Sha256Hash]) -> Result<(), StorageError>;
    /// Rows name these since the last commit: from now on they are kept.
    async fn keep(&self, names: &[Sha256Hash]) -> Result<(), StorageError>;
    /// After a start, before anything is put: keeps what rows name, durably, and puts aside
    /// what was put and is named by no row, because it may never have reached the disk whole.
    /// It deletes nothing: where the database is older than the pictures, what was put aside is
    /// the only copy. Answers how many were put aside.
    async fn recover(&self, named: &dyn NamedByRows) -> Result<u64, StorageError>;
    /// While the server runs: removes what was put before `older_than` and is neither held nor
    /// named by a row. Answers how many.
    async fn sweep(
        &self,
        older_than: Timestamp,
        named: &dyn NamedByRows,
    ) -> Result<u64, StorageError>;
    /// The pictures that [`Self::recover`] has put aside; none in a store that leaves them in place.
    async fn lost(&self) -> Result<Lost, StorageError> {
        Ok(Lost::default())
    }
    /// Deletes the pictures that were put aside before this moment, on an operator's command; returns their
    /// numbers. A start or a sweep never does that.
    async fn delete_lost(&self, _before: Timestamp) -> Result<Lost, StorageError> {
        Ok(Lost::default())
    }
}
