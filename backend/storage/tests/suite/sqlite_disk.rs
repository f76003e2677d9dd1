//! Disks that are full, slow or broken: acknowledged data are never lost, and only durable data are
//! acknowledged.

use crate::world::*;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{future::join_all, stream::BoxStream};
use protocol::{environment::Timestamp, ids::Sha256Hash};
use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use storage::{
    Engine as _, Settings, StorageError,
    apoyos::{Apoyos, Recorded},
    blobs::{BlobStore, Held, NamedByRows, Stored, local::LocalBlobs},
    campaigns::Campaigns,
    sqlite::SqliteStorage,
};

/// A folder with a simulated disk.
struct Disk {
    inner: LocalBlobs,
    flush_time: Duration,
    trouble: Mutex<Option<StorageError>>,
    flushes: AtomicU64,
    keeps: bool,
}

#[async_trait]
impl BlobStore for Disk {
    async fn put(
        &self,
        name: Sha256Hash,
        body: BoxStream<'static, Result<Bytes, io::Error>>,
        max_bytes: u64,
    ) -> Result<Stored, StorageError> {
        self.inner.put(name, body, max_bytes).await
    }
    async fn length(&self, name: Sha256Hash) -> Result<Option<u64>, StorageError> {
        self.inner.length(name).await
    }
    async fn head(&self, name: Sha256Hash, limit: u64) -> Result<Option<Bytes>, StorageError> {
        self.inner.head(name, limit).await
    }
    async fn read(&self, name: Sha256Hash) -> Result<Option<Bytes>, StorageError> {
        self.inner.read(name).await
    }
    async fn remove(&self, name: Sha256Hash) -> Result<(), StorageError> {
        self.inner.remove(name).await
    }
    async fn hold(&self, names: &[Sha256Hash]) -> Result<Held, StorageError> {
        self.inner.hold(names).await
    }
    async fn make_durable(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        self.flushes.fetch_add(1, Ordering::Relaxed);
        // On the timer of a caller that waits for the commit.
        tokio::time::sleep(self.flush_time).await;
        let trouble = self.trouble.lock().unwrap().take();
        match trouble {
            Some(trouble) => Err(trouble),
            None => self.inner.make_durable(names).await,
        }
    }
    async fn keep(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        if self.keeps {
            self.inner.keep(names).await
        } else {
            Err(StorageError::Full)
        }
    }
    async fn recover(&self, named: &dyn NamedByRows) -> Result<u64, StorageError> {
        self.inner.recover(named).await
    }
    async fn sweep(
        &self,
        older_than: Timestamp,
        named: &dyn NamedByRows,
    ) -> Result<u64, StorageError> {
        self.inner.sweep(older_than, named).await
    }
}

struct Server {
    folder: tempfile::TempDir,
    disk: Arc<Disk>,
    store: Arc<SqliteStorage>,
}

async fn server(flush_time: Duration, keeps: bool) -> Server {
    let world = World::<crate::Sqlite>::with_campaigns().await;
    world.upload(1).await;
    let World { store, folder, .. } = world;
    drop(store);
    let disk = Arc::new(Disk {
        inner: LocalBlobs::open(&folder.path().join("blobs")).unwrap(),
        flush_time,
        trouble: Mutex::new(None),
        flushes: AtomicU64::new(0),
        keeps,
    });
    let settings = Settings {
        kept_together: 12,
        ..Settings::default()
    };
    let store = SqliteStorage::open_with(folder.path(), disk.clone(), settings)
        .await
        .unwrap();
    let store = Arc::new(store);
    Server {
        folder,
        disk,
        store,
    }
}

async fn record(store: &SqliteStorage, number: u64) -> Result<Recorded, StorageError> {
    store
        .record_apoyo(new_apoyo(number, 1, "agua-1"), signer())
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_phones_share_a_few_flushes_and_readers_do_not_wait_for_them() {
    let server = server(Duration::from_millis(100), true).await;
    let sends: Vec<_> = (1..=64)
        .map(|number| {
            let store = Arc::clone(&server.store);
            tokio::spawn(async move { record(&store, number).await.unwrap() })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(30)).await;
    let asked = Instant::now();
    for _ in 0..20 {
        server
            .store
            .tally(&"agua-1".parse().unwrap(), start())
            .await
            .unwrap()
            .unwrap();
    }
    assert!(
        asked.elapsed() < Duration::from_millis(70),
        "twenty tallies: {:?}",
        asked.elapsed()
    );
    for sent in join_all(sends).await {
        assert!(matches!(sent.unwrap(), Recorded::First(_)));
    }
    let flushes = server.disk.flushes.load(Ordering::Relaxed);
    assert!(flushes <= 8, "{flushes} flushes for 64 apoyos");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_full_of_pictures_refuses_and_takes_again_when_there_is_room() {
    let server = server(Duration::ZERO, true).await;
    *server.disk.trouble.lock().unwrap() = Some(StorageError::Full);
    assert!(matches!(
        record(&server.store, 1).await,
        Err(StorageError::Full)
    ));
    assert_eq!(
        server.store.pending_count().await.unwrap(),
        0,
        "readers go on"
    );
    assert_eq!(server.store.broken(), None);
    let recorded = record(&server.store, 1).await.unwrap();
    assert!(matches!(recorded, Recorded::First(_)));
    assert_eq!(
        receipt_of(&recorded).receipt.sequence,
        1,
        "the refused one took no number"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_an_error_of_the_disk_nothing_is_acknowledged_any_more() {
    let server = server(Duration::ZERO, true).await;
    record(&server.store, 1).await.unwrap();
    *server.disk.trouble.lock().unwrap() = Some(StorageError::Broken("EIO".into()));
    assert!(matches!(
        record(&server.store, 2).await,
        Err(StorageError::Broken(_))
    ));
    let reason = tokio::time::timeout(Duration::from_secs(2), server.store.until_broken()).await;
    assert!(reason.unwrap().contains("EIO"));
    for number in [1, 2, 3] {
        assert!(matches!(
            record(&server.store, number).await,
            Err(StorageError::Broken(_))
        ));
    }
    assert!(server.store.receipt(apoyo_id(1)).await.is_err());
    // The next process starts from the durable data.
    let Server {
        folder,
        disk,
        store,
    } = server;
    drop(store);
    let store = SqliteStorage::open(folder.path(), disk).await.unwrap();
    assert!(matches!(
        record(&store, 1).await.unwrap(),
        Recorded::Again(_)
    ));
    let recorded = record(&store, 2).await.unwrap();
    assert_eq!(receipt_of(&recorded).receipt.sequence, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_between_the_commit_and_the_keeping_loses_no_picture() {
    let server = server(Duration::ZERO, false).await;
    for number in 1..=5 {
        record(&server.store, number).await.unwrap();
    }
    put(server.disk.as_ref(), b"a picture of nobody's apoyo")
        .await
        .unwrap();
    let Server {
        folder,
        disk,
        store,
    } = server;
    drop((store, disk));
    let blobs = Arc::new(LocalBlobs::open(&folder.path().join("blobs")).unwrap());
    let store = SqliteStorage::open(folder.path(), blobs.clone())
        .await
        .unwrap();
    let serving = store.lock_for_serving().await.unwrap();
    assert_eq!(store.recover_blobs(&serving).await.unwrap(), 1);
    for (_, bytes) in pictures(1) {
        assert_eq!(
            blobs.read(Sha256Hash::of(&bytes)).await.unwrap().unwrap(),
            bytes
        );
    }
    assert_eq!(
        std::fs::read_dir(folder.path().join("blobs/incoming"))
            .unwrap()
            .count(),
        0
    );
    assert_eq!(store.recover_blobs(&serving).await.unwrap(), 0);
    assert_eq!(
        blobs
            .read(Sha256Hash::of(&pictures(1)[0].1))
            .await
            .unwrap()
            .unwrap(),
        pictures(1)[0].1
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_database_refuses_whole_groups_and_loses_nothing() {
    let server = server(Duration::ZERO, true).await;
    let Server {
        folder,
        disk,
        store,
    } = server;
    drop(store);
    let pages: u32 = rusqlite::Connection::open(folder.path().join("apoyo.db"))
        .unwrap()
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    let store = Arc::new(
        SqliteStorage::open_with(
            folder.path(),
            disk.clone(),
            Settings {
                max_pages: Some(pages + 6),
                ..Settings::default()
            },
        )
        .await
        .unwrap(),
    );
    let (mut promised, mut refused) = (Vec::new(), Vec::new());
    for round in 0..12u64 {
        let sends = (1..=8).map(|number| {
            let store = Arc::clone(&store);
            let number = round * 8 + number;
            tokio::spawn(async move { (number, record(&store, number).await) })
        });
        for sent in join_all(sends).await {
            match sent.unwrap() {
                (number, Ok(Recorded::First(receipt))) => promised.push((number, receipt)),
                (number, Err(StorageError::Full)) => refused.push(number),
                (number, other) => panic!("apoyo {number}: {other:?}"),
            }
        }
    }
    assert!(
        !promised.is_empty() && !refused.is_empty(),
        "{} / {}",
        promised.len(),
        refused.len()
    );
    assert_eq!(store.broken(), None);
    assert_eq!(
        store.pending_count().await.unwrap(),
        promised.len() as u64,
        "reads go on"
    );
    drop(store);
    let store = SqliteStorage::open(folder.path(), disk).await.unwrap();
    for (number, receipt) in &promised {
        assert_eq!(
            store.receipt(apoyo_id(*number)).await.unwrap().as_ref(),
            Some(receipt)
        );
    }
    for number in &refused {
        assert!(matches!(
            record(&store, *number).await.unwrap(),
            Recorded::First(_)
        ));
    }
    let id = "agua-1".parse().unwrap();
    let tally = store.tally(&id, start()).await.unwrap();
    assert_eq!(tally.as_ref().unwrap().total.received, 96);
    assert_eq!(tally, store.recount(&id, start()).await.unwrap());
    let last = store
        .pending_apoyos(1_000, start())
        .await
        .unwrap()
        .last()
        .unwrap()
        .sequence;
    assert_eq!(last, 96, "no gap");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signer_that_panics_costs_one_answer_and_no_number() {
    let server = server(Duration::from_millis(20), true).await;
    let sends = (1..=20).map(|number| {
        let store = Arc::clone(&server.store);
        tokio::spawn(async move {
            let sign = if number % 5 == 0 {
                Arc::new(|_| panic!("no key"))
            } else {
                signer()
            };
            store
                .record_apoyo(new_apoyo(number, 1, "agua-1"), sign)
                .await
                .is_ok()
        })
    });
    let answers: Vec<_> = join_all(sends)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(answers.iter().filter(|ok| **ok).count(), 16);
    assert_eq!(server.store.broken(), None);
    let pending = server.store.pending_apoyos(100, start()).await.unwrap();
    assert_eq!(pending.last().unwrap().sequence, 16);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_is_remembered_once_a_flush_has_made_it_durable() {
    for (keeps, marks) in [(true, [0, 0, 0, 3, 3, 3, 6]), (false, [0; 7])] {
        let server = server(Duration::ZERO, keeps).await;
        for (number, mark) in (1..).zip(marks) {
            record(&server.store, number).await.unwrap();
            let through: i64 = rusqlite::Connection::open(server.folder.path().join("apoyo.db"))
                .unwrap()
                .query_row("SELECT through FROM kept_pictures", [], |row| row.get(0))
                .unwrap();
            assert_eq!(
                through, mark,
                "three apoyos are kept together, told by the next"
            );
        }
    }
}
