//! The folder of pictures, with which the writer waits until the simulation is idle.
//!
//! The engine's writer commits all waiting writes together, so two writes of one task may be one commit or
//! two, depending on the threads. The writer asks this folder whether pictures are on their way before it
//! collects them. The folder answers only when the simulation's own thread has nothing more to do, so all
//! writes of one step are one commit.

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use protocol::{environment::Timestamp, ids::Sha256Hash};
use std::{
    io,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};
use storage::{
    StorageError,
    blobs::{BlobStore, Held, NamedByRows, Stored, local::LocalBlobs},
};

/// The longest wait: a server that is being dropped leaves no thread that becomes idle.
const LONGEST_WAIT: Duration = Duration::from_millis(200);

/// Whether the simulation's thread has nothing more to do.
#[derive(Debug, Default)]
pub struct Idle {
    is: Mutex<bool>,
    changed: Condvar,
}

impl Idle {
    fn set(&self, idle: bool) {
        *self.is.lock().unwrap_or_else(PoisonError::into_inner) = idle;
        self.changed.notify_all();
    }

    fn wait(&self) {
        let is = self.is.lock().unwrap_or_else(PoisonError::into_inner);
        drop(
            self.changed
                .wait_timeout_while(is, LONGEST_WAIT, |idle| !*idle),
        );
    }

    /// A runtime with one thread, which this follows.
    pub fn runtime(self: &Arc<Self>) -> io::Result<tokio::runtime::Runtime> {
        let (parks, goes_on) = (Arc::clone(self), Arc::clone(self));
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .on_thread_park(move || parks.set(true))
            .on_thread_unpark(move || goes_on.set(false))
            .build()
    }
}

/// The folder, and when its writer may go on.
pub struct Steady(pub LocalBlobs, pub Arc<Idle>);

#[async_trait]
impl BlobStore for Steady {
    fn arriving(&self) -> usize {
        self.1.wait();
        0
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
