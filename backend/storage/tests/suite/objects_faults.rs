//! An object store that is unreachable, slow, answers 500 or lies: the server does not promise lost
//! pictures, and goes on when the store works again.

use crate::{objects::Objects, world::*};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use protocol::{environment::Timestamp, ids::Sha256Hash};
use std::{
    io,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use storage::{
    Engine as _, StorageError,
    apoyos::{Apoyos, Recorded},
    blobs::{BlobStore, Held, NamedByRows, Stored},
    campaigns::Campaigns,
    sqlite::SqliteStorage,
};

/// The store's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    /// It does not answer, or answers 500: an adapter reports "busy", because the same may work later.
    Away,
    /// Each answer takes this long.
    Slow(Duration),
    /// It claims to have pictures that it did not take.
    Forgets,
    /// It reports lengths that are too long.
    Stretches,
    /// It takes everything, but does not make it durable.
    NotDurable,
}

struct Faulty {
    inner: Objects,
    trouble: Mutex<Trouble>,
}

impl Faulty {
    fn becomes(&self, trouble: Trouble) {
        *self.trouble.lock().unwrap() = trouble;
    }

    async fn ask(&self) -> Result<Trouble, StorageError> {
        let trouble = *self.trouble.lock().unwrap();
        match trouble {
            Trouble::Away => Err(StorageError::Busy),
            Trouble::Slow(time) => {
                tokio::time::sleep(time).await;
                Ok(trouble)
            }
            trouble => Ok(trouble),
        }
    }
}

#[async_trait]
impl BlobStore for Faulty {
    async fn put(
        &self,
        name: Sha256Hash,
        body: BoxStream<'static, Result<Bytes, io::Error>>,
        max_bytes: u64,
    ) -> Result<Stored, StorageError> {
        match self.ask().await? {
            Trouble::Forgets => Ok(Stored::Whole { bytes: 1 }),
            _ => self.inner.put(name, body, max_bytes).await,
        }
    }
    async fn length(&self, name: Sha256Hash) -> Result<Option<u64>, StorageError> {
        let stretched = u64::from(self.ask().await? == Trouble::Stretches);
        let length = self.inner.length(name).await?;
        Ok(length.map(|length| length + stretched))
    }
    async fn head(&self, name: Sha256Hash, limit: u64) -> Result<Option<Bytes>, StorageError> {
        self.ask().await?;
        self.inner.head(name, limit).await
    }
    async fn read(&self, name: Sha256Hash) -> Result<Option<Bytes>, StorageError> {
        self.ask().await?;
        self.inner.read(name).await
    }
    async fn remove(&self, name: Sha256Hash) -> Result<(), StorageError> {
        self.inner.remove(name).await
    }
    async fn hold(&self, names: &[Sha256Hash]) -> Result<Held, StorageError> {
        Ok(Held::new(self.lengths(names).await?, ()))
    }
    async fn make_durable(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        match self.ask().await? {
            Trouble::NotDurable => Err(StorageError::Busy),
            _ => self.inner.make_durable(names).await,
        }
    }
    async fn keep(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        self.ask().await?;
        self.inner.keep(names).await
    }
    async fn recover(&self, named: &dyn NamedByRows) -> Result<u64, StorageError> {
        self.inner.recover(named).await
    }
    async fn sweep(
        &self,
        older_than: Timestamp,
        named: &dyn NamedByRows,
    ) -> Result<u64, StorageError> {
        self.ask().await?;
        self.inner.sweep(older_than, named).await
    }
}

struct Server {
    _folder: tempfile::TempDir,
    objects: Arc<Faulty>,
    store: SqliteStorage,
}

async fn server() -> Server {
    let World { store, folder, .. } = World::<crate::Sqlite>::with_campaigns().await;
    drop(store);
    let objects = Arc::new(Faulty {
        inner: Objects::default(),
        trouble: Mutex::new(Trouble::None),
    });
    let store = SqliteStorage::open(folder.path(), objects.clone())
        .await
        .unwrap();
    Server {
        _folder: folder,
        objects,
        store,
    }
}

impl Server {
    async fn upload(&self, number: u64) -> Result<(), StorageError> {
        for (_, bytes) in pictures(number) {
            put(self.objects.as_ref(), &bytes).await?;
        }
        Ok(())
    }

    async fn record(&self, number: u64) -> Result<Recorded, StorageError> {
        let new = new_apoyo(number, number, "agua-1");
        self.store.record_apoyo(new, signer()).await
    }

    async fn received(&self) -> u64 {
        let tally = self.store.tally(&"agua-1".parse().unwrap(), start()).await;
        tally.unwrap().unwrap().total.received
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_store_that_is_away_or_not_durable_gets_no_receipt_and_no_row() {
    let server = server().await;
    server.objects.becomes(Trouble::Away);
    assert!(matches!(server.upload(1).await, Err(StorageError::Busy)));
    server.objects.becomes(Trouble::None);
    server.upload(1).await.unwrap();
    for trouble in [Trouble::Away, Trouble::NotDurable] {
        server.objects.becomes(trouble);
        for _ in 0..3 {
            let recorded = server.record(1).await;
            assert!(matches!(recorded, Err(StorageError::Busy)), "{recorded:?}");
        }
        server.objects.becomes(Trouble::None);
        assert_eq!(server.received().await, 0);
        assert_eq!(server.store.receipt(apoyo_id(1)).await.unwrap(), None);
    }
    let first = server.record(1).await.unwrap();
    assert_eq!(
        receipt_of(&first).receipt.sequence,
        1,
        "no number was used up"
    );
    assert_eq!(server.received().await, 1);
    assert_eq!(server.store.broken(), None, "the same process goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_forgets_or_lies_of_lengths_is_not_believed() {
    let server = server().await;
    server.objects.becomes(Trouble::Forgets);
    server.upload(1).await.unwrap();
    server.objects.becomes(Trouble::None);
    let missing = server.record(1).await.unwrap();
    assert!(matches!(missing, Recorded::PartsMissing(parts) if parts.len() == 4));
    server.upload(1).await.unwrap();
    server.objects.becomes(Trouble::Stretches);
    let lied = server.record(1).await.unwrap();
    assert!(matches!(lied, Recorded::PartsMissing(parts) if parts.len() == 4));
    assert_eq!(server.received().await, 0);
    server.objects.becomes(Trouble::None);
    assert!(matches!(
        server.record(1).await.unwrap(),
        Recorded::First(_)
    ));
    for (_, bytes) in pictures(1) {
        let read = server.objects.read(Sha256Hash::of(&bytes)).await.unwrap();
        assert_eq!(read.unwrap(), bytes);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_one_delays_receipts_and_no_reader() {
    let server = server().await;
    for number in 1..=4 {
        server.upload(number).await.unwrap();
    }
    server
        .objects
        .becomes(Trouble::Slow(Duration::from_millis(300)));
    let begun = Instant::now();
    let all = (1..=4).map(|number| server.record(number));
    let reading = async {
        let begun = Instant::now();
        server.received().await;
        begun.elapsed()
    };
    let (recorded, read) = tokio::join!(futures_util::future::join_all(all), reading);
    for recorded in recorded {
        assert!(matches!(recorded, Ok(Recorded::First(_))), "{recorded:?}");
    }
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(read < Duration::from_millis(250), "a tally took {read:?}");
    assert_eq!(server.received().await, 4);
}

/// The rows and pictures of a village, with some unreferenced pictures.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_takes_what_nobody_names_and_nothing_else() {
    let server = server().await;
    for number in 1..=60 {
        server.upload(number).await.unwrap();
        if number % 3 > 0 {
            server.record(number).await.unwrap();
        }
    }
    let swept = server
        .store
        .sweep_parts(chrono::DateTime::<chrono::Utc>::MAX_UTC)
        .await;
    assert_eq!(swept.unwrap(), 20 * 4);
    for number in (1..=60).filter(|number| number % 3 > 0) {
        for (_, bytes) in pictures(number) {
            let read = server.objects.read(Sha256Hash::of(&bytes)).await.unwrap();
            assert_eq!(read.unwrap(), bytes, "of {number}");
        }
    }
}
