//! The folder of pictures, with which the writer always waits a moment for more writes.
//!
//! The engine's writer commits all waiting writes together, so two writes of one task may be one commit or
//! two, depending on the threads. Here the folder reports that a picture is always on its way. So the
//! writer waits a millisecond, and the writes of one task are one commit.

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use protocol::{environment::Timestamp, ids::Sha256Hash};
use std::io;
use storage::{
    StorageError,
    blobs::{BlobStore, Held, NamedByRows, Stored, local::LocalBlobs},
};

/// The folder.
pub struct Steady(pub LocalBlobs);

#[async_trait]
impl BlobStore for Steady {
    fn arriving(&self) -> usize {
        1
    }
    async fn put(
        &self,
        name: Sha256Hash,
        body: BoxStream<'static, Result<Bytes, io::Error>>,
        max_bytes: u64,
    ) -> Result<Stored, StorageError> {
        self.0.put(name, body, max_bytes).await
    }
    fn has_arrived(&self, name: Sha256Hash) -> bool {
        self.0.has_arrived(name)
    }
    async fn length(&self, name: Sha256Hash) -> Result<Option<u64>, StorageError> {
        self.0.length(name).await
    }
    async fn head(&self, name: Sha256Hash, limit: u64) -> Result<Option<Bytes>, StorageError> {
        self.0.head(name, limit).await
    }
    async fn lengths(&self, names: &[Sha256Hash]) -> Result<Vec<Option<u64>>, StorageError> {
        self.0.lengths(names).await
    }
    async fn beginnings(
        &self,
        names: &[Sha256Hash],
        limit: u64,
    ) -> Result<Vec<Option<(u64, Bytes)>>, StorageError> {
        self.0.beginnings(names, limit).await
    }
    async fn read(&self, name: Sha256Hash) -> Result<Option<Bytes>, StorageError> {
        self.0.read(name).await
    }
    async fn remove(&self, name: Sha256Hash) -> Result<(), StorageError> {
        self.0.remove(name).await
    }
    async fn hold(&self, names: &[Sha256Hash]) -> Result<Held, StorageError> {
        self.0.hold(names).await
    }
    async fn make_durable(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        self.0.make_durable(names).await
    }
    async fn keep(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        self.0.keep(names).await
    }
    async fn recover(&self, named: &dyn NamedByRows) -> Result<u64, StorageError> {
        self.0.recover(named).await
    }
    async fn sweep(
        &self,
        older_than: Timestamp,
        named: &dyn NamedByRows,
    ) -> Result<u64, StorageError> {
        self.0.sweep(older_than, named).await
    }
}
