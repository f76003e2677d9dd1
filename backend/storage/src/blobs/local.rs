//! Evidence in a folder of this machine.
//!
//! A picture comes in under `incoming/`, is flushed there together with its batch, and moves
//! to `kept/ab/<hash>` once a row names it. What an unclean stop leaves under `incoming/` is
//! moved to the kept ones if a row names it, and to `lost+found/` otherwise: it may never have
//! reached the disk whole. What no row comes to name while the server runs is swept.

use super::{
    BlobStore, Held, Lost, NamedByRows, Stored, direct,
    disk_threads::DiskThreads,
    flush::{Flush, sync_folder},
    folder::{Folder, Stray},
    lost,
    places::Places,
};
use crate::StorageError;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use protocol::{environment::Timestamp, ids::Sha256Hash};
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, ErrorKind, Read},
    num::NonZero,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

/// Names in one question to the engine, which answers it with one look at the rows whose pictures
/// are not kept yet.
const ASKED_AT_ONCE: usize = 4_096;

/// Pictures in a folder.
#[derive(Debug)]
pub struct LocalBlobs {
    pub(super) folder: Arc<Folder>,
    /// Uploads and reads.
    pub(super) threads: DiskThreads,
    /// Flushing and keeping: a commit waits for it, so it does not queue behind uploads.
    flusher: DiskThreads,
    pub(super) arriving: AtomicUsize,
}

/// The number of processors.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(2, NonZero::get)
}

impl LocalBlobs {
    /// Opens the folder, creating it where needed.
    pub fn open(folder: &Path) -> Result<Self, StorageError> {
        Self::open_with(folder, None)
    }

    /// The same with a way of flushing that is not the fitting one.
    pub fn open_with(folder: &Path, flush: Option<Flush>) -> Result<Self, StorageError> {
        let places = Places::of(folder);
        places.create()?;
        sync_folder(&folder.join("kept"))?;
        sync_folder(folder)?;
        if let Some(parent) = folder.parent().filter(|parent| parent.is_dir()) {
            sync_folder(parent)?;
        }
        let root = File::open(places.root())?;
        let past_cache = direct::is_possible(&places)?;
        if !past_cache {
            tracing::info!("this file system has no way past its cache: pictures go through it");
        }
        let flush = match flush {
            Some(flush) => flush,
            None => Flush::fitting(&root)?,
        };
        Ok(Self {
            folder: Arc::new(Folder::new(places, past_cache, root, flush)),
            threads: DiskThreads::start("disk", processors().max(2))?,
            flusher: DiskThreads::start("disk-flush", 1)?,
            arriving: AtomicUsize::new(0),
        })
    }

    /// Does `work` with the folder on these threads.
    async fn on<T: Send + 'static>(
        &self,
        threads: &DiskThreads,
        work: impl FnOnce(&Folder) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let folder = Arc::clone(&self.folder);
        threads.run(move || Ok(work(&folder)?)).await
    }

    /// The same for a read of single pictures: a fault costs these, and no other.
    async fn read_on<T: Send + 'static>(
        &self,
        threads: &DiskThreads,
        work: impl FnOnce(&Folder) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        let folder = Arc::clone(&self.folder);
        let read = move || work(&folder).map_err(StorageError::of_item);
        threads.run(read).await
    }

    /// Does `work` with what is under `incoming/` and those of it that rows name, some at a time.
    async fn with_strays(
        &self,
        older_than: Option<SystemTime>,
        named: &dyn NamedByRows,
        work: fn(&Folder, &[Stray], &HashSet<Sha256Hash>) -> io::Result<u64>,
    ) -> Result<u64, StorageError> {
        let listed = self.on(&self.threads, move |folder| folder.strays(older_than));
        let mut strays = listed.await?;
        let mut done = 0;
        while !strays.is_empty() {
            let rest = strays.split_off(strays.len().min(ASKED_AT_ONCE));
            let some = std::mem::replace(&mut strays, rest);
            let names: Vec<_> = some.iter().filter_map(|stray| stray.name).collect();
            let named = named.named(&names).await?;
            done += self
                .on(&self.threads, move |folder| work(folder, &some, &named))
                .await?;
        }
        Ok(done)
    }
}

#[async_trait]
impl BlobStore for LocalBlobs {
    async fn put(
        &self,
        name: Sha256Hash,
        body: BoxStream<'static, Result<Bytes, io::Error>>,
        max_bytes: u64,
    ) -> Result<Stored, StorageError> {
        self.receive(name, body, max_bytes).await
    }

    fn arriving(&self) -> usize {
        self.arriving.load(Ordering::Relaxed)
    }

    fn has_arrived(&self, name: Sha256Hash) -> bool {
        self.folder.present.length(name).is_some()
    }

    async fn length(&self, name: Sha256Hash) -> Result<Option<u64>, StorageError> {
        Ok(self.lengths(&[name]).await?.pop().flatten())
    }

    async fn lengths(&self, names: &[Sha256Hash]) -> Result<Vec<Option<u64>>, StorageError> {
        let known = names.iter().map(|name| self.folder.present.length(*name));
        self.look_up(names, known.collect()).await
    }

    async fn beginnings(
        &self,
        names: &[Sha256Hash],
        limit: u64,
    ) -> Result<Vec<Option<(u64, Bytes)>>, StorageError> {
        let present = &self.folder.present;
        let known = names.iter().map(|name| present.beginning(*name, limit));
        let known: Vec<_> = known.collect();
        if known.iter().all(Option::is_some) {
            return Ok(known);
        }
        let names = names.to_vec();
        self.read_on(&self.threads, move |folder| {
            let beginnings = names.into_iter().zip(known);
            let beginnings = beginnings.map(|(name, known)| match known {
                Some(known) => Ok(Some(known)),
                None => folder.places.beginning(name, limit),
            });
            beginnings.collect()
        })
        .await
    }

    async fn head(&self, name: Sha256Hash, limit: u64) -> Result<Option<Bytes>, StorageError> {
        self.read_on(&self.threads, move |folder| {
            let Some(file) = folder.places.open(name)? else {
                return Ok(None);
            };
            let mut bytes = Vec::new();
            file.take(limit).read_to_end(&mut bytes)?;
            Ok(Some(bytes.into()))
        })
        .await
    }

    async fn read(&self, name: Sha256Hash) -> Result<Option<Bytes>, StorageError> {
        self.head(name, u64::MAX).await
    }

    async fn remove(&self, name: Sha256Hash) -> Result<(), StorageError> {
        self.on(&self.threads, move |folder| {
            let path = folder.places.incoming(name);
            folder.present.remove(name, || match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            })
        })
        .await
    }

    async fn hold(&self, names: &[Sha256Hash]) -> Result<Held, StorageError> {
        // Held first and looked at second: what is there then stays there.
        let (pin, known) = self.folder.present.hold(names);
        let lengths = self.look_up(names, known).await?;
        Ok(Held::new(lengths, pin))
    }

    async fn make_durable(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        let names = names.to_vec();
        self.on(&self.flusher, move |folder| folder.make_durable(&names))
            .await
    }

    async fn keep(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        let names = names.to_vec();
        self.on(&self.flusher, move |folder| folder.keep(&names))
            .await
    }

    async fn recover(&self, named: &dyn NamedByRows) -> Result<u64, StorageError> {
        let aside = self.with_strays(None, named, Folder::recover).await?;
        self.make_durable(&[]).await?;
        Ok(aside)
    }

    async fn sweep(
        &self,
        older_than: Timestamp,
        named: &dyn NamedByRows,
    ) -> Result<u64, StorageError> {
        self.with_strays(Some(older_than.into()), named, Folder::sweep)
            .await
    }

    async fn lost(&self) -> Result<Lost, StorageError> {
        self.on(&self.threads, |folder| {
            lost::count(&folder.places.lost_folder())
        })
        .await
    }

    async fn delete_lost(&self, before: Timestamp) -> Result<Lost, StorageError> {
        self.on(&self.threads, move |folder| {
            lost::delete(&folder.places.lost_folder(), before)
        })
        .await
    }
}

impl LocalBlobs {
    /// The lengths of these, on the disk where they are not known.
    async fn look_up(
        &self,
        names: &[Sha256Hash],
        known: Vec<Option<u64>>,
    ) -> Result<Vec<Option<u64>>, StorageError> {
        if known.iter().all(Option::is_some) {
            return Ok(known);
        }
        let names = names.to_vec();
        self.read_on(&self.threads, move |folder| {
            let lengths = names.into_iter().zip(known);
            let lengths = lengths.map(|(name, known)| match known {
                Some(length) => Ok(Some(length)),
                None => folder.places.length(name),
            });
            lengths.collect()
        })
        .await
    }
}
