//! Evidence: pictures by their hash, in a folder or an object store.

mod direct;
mod disk_threads;
pub mod flush;
mod incoming;
pub mod local;
mod piece;
mod places;
mod present;
mod receive;

use crate::StorageError;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use protocol::ids::Sha256Hash;

/// What came of storing a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is there, and its hash is its name.
    Whole {
        /// Its length.
        bytes: u64,
    },
    /// The same bytes were there already.
    There,
    /// The stream's hash was another; nothing was kept.
    OtherHash,
    /// The stream was longer than allowed; nothing was kept.
    TooLong,
    /// The stream ended with an error of the sender; nothing was kept.
    Interrupted,
}

/// The evidence.
///
/// A blob that was put is not a promise yet: [`BlobStore::make_durable`] is called once for a
/// whole group of apoyos, right before their rows are committed. After an unclean stop
/// [`BlobStore::recover`] removes what no row names, since it may never have reached the disk.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Streams a blob in, hashing on the way; memory does not grow with its length.
    async fn put(
        &self,
        name: Sha256Hash,
        body: BoxStream<'static, Result<Bytes, std::io::Error>>,
        max_bytes: u64,
    ) -> Result<Stored, StorageError>;
    /// Whether it came in since the start and waits for its row: answered at once, without a
    /// look at the disk. `false` says nothing.
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
    /// Removes a blob that turned out not to be a picture. Held and kept ones stay.
    async fn remove(&self, name: Sha256Hash) -> Result<(), StorageError>;
    /// A row is about to name these: from now on [`Self::remove`] leaves them. Answers those that
    /// are not there (any more). Called from the engine's writer thread.
    fn hold(&self, names: &[Sha256Hash]) -> Result<Vec<Sha256Hash>, StorageError>;
    /// When it returns, these survive a loss of power, and so does every earlier [`Self::keep`].
    /// Called from the engine's writer thread.
    fn make_durable(&self, names: &[Sha256Hash]) -> Result<(), StorageError>;
    /// Tells the store that rows name these now (after the commit); they are kept from now on.
    fn keep(&self, names: &[Sha256Hash]) -> Result<(), StorageError>;
    /// After a start, before anything is put: keeps what rows name, removes what was put but is
    /// named by no row, and makes both durable. Answers how many it removed.
    async fn recover(
        &self,
        is_named: &(dyn Fn(Sha256Hash) -> bool + Sync),
    ) -> Result<u64, StorageError>;
}
