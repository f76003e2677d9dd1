//! Evidence in a folder of this machine.
//!
//! A picture comes in under `incoming/`, is flushed there together with its group, and moves
//! to `kept/ab/<hash>` once a row names it. Whatever is left under `incoming/` after an
//! unclean stop is either named by a row and moved, or removed: it may never have reached the
//! disk whole.

use super::{
    BlobStore, Stored, direct,
    disk_threads::DiskThreads,
    flush::{self, Flush, sync_folder},
    incoming,
    piece::PIECE,
    places::{Places, move_new},
    present::Present,
};
use crate::StorageError;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use protocol::ids::Sha256Hash;
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, ErrorKind, Read},
    num::NonZero,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Pictures in a folder.
#[derive(Debug)]
pub struct LocalBlobs {
    pub(super) places: Places,
    pub(super) store: Arc<LocalFileSystem>,
    /// Whether pictures that are in memory whole are written past the system's cache.
    pub(super) past_cache: bool,
    root: File,
    flush: Flush,
    pub(super) present: Arc<Present>,
    /// Folders whose names have changed since the last flush.
    touched: Mutex<BTreeSet<PathBuf>>,
    pub(super) threads: DiskThreads,
    pub(super) arriving: AtomicUsize,
}

/// As many as can do something at once.
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
        let places = Places {
            root: folder.to_owned(),
        };
        places.create()?;
        sync_folder(&folder.join("kept"))?;
        sync_folder(folder)?;
        if let Some(parent) = folder.parent().filter(|parent| parent.is_dir()) {
            sync_folder(parent)?;
        }
        let root = File::open(folder)?;
        let past_cache = direct::is_possible(&places)?;
        if !past_cache {
            tracing::info!("this file system has no way past its cache: pictures go through it");
        }
        Ok(Self {
            store: Arc::new(
                LocalFileSystem::new_with_prefix(folder).map_err(incoming::from_store)?,
            ),
            flush: match flush {
                Some(flush) => flush,
                None => Flush::fitting(&root)?,
            },
            places,
            past_cache,
            root,
            present: Arc::default(),
            touched: Mutex::default(),
            threads: DiskThreads::start(processors().max(2))?,
            arriving: AtomicUsize::new(0),
        })
    }

    fn touched(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a picture of this length comes whole and is written past the cache.
    fn goes_past_cache(&self, length: u64) -> bool {
        self.past_cache && length <= PIECE as u64
    }

    fn keep_one(&self, name: Sha256Hash) -> io::Result<()> {
        let (from, to) = (self.places.incoming(name), self.places.kept(name));
        // Never over one that is kept: it is durable, and what came in again may not be.
        match move_new(&from, &to) {
            Ok(()) => {
                self.touched().extend(to.parent().map(Path::to_owned));
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => fs::remove_file(&from),
            Err(error) if error.kind() == ErrorKind::NotFound && to.exists() => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn recover_now(
        &self,
        named: &(dyn Fn(Sha256Hash) -> bool + Sync),
    ) -> Result<u64, StorageError> {
        let mut removed = 0;
        for entry in fs::read_dir(self.places.incoming_folder())? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name
                .to_str()
                .and_then(|name| name.parse::<Sha256Hash>().ok());
            match name {
                Some(name) if named(name) => self.keep_one(name)?,
                _ => {
                    fs::remove_file(entry.path())?;
                    removed += 1;
                }
            }
        }
        self.make_durable(&[])?;
        Ok(removed)
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
        self.present.length(name).is_some()
    }

    async fn length(&self, name: Sha256Hash) -> Result<Option<u64>, StorageError> {
        Ok(self.lengths(&[name]).await?.pop().flatten())
    }

    async fn lengths(&self, names: &[Sha256Hash]) -> Result<Vec<Option<u64>>, StorageError> {
        let known = names.iter().map(|name| self.present.length(*name));
        let known: Vec<_> = known.collect();
        if known.iter().all(Option::is_some) {
            return Ok(known);
        }
        let places = self.places.clone();
        let names = names.to_vec();
        self.threads
            .run(move || {
                let lengths = names
                    .into_iter()
                    .zip(known)
                    .map(|(name, known)| match known {
                        Some(length) => Ok(Some(length)),
                        None => places.length(name),
                    });
                Ok(lengths.collect::<io::Result<_>>()?)
            })
            .await
    }

    async fn beginnings(
        &self,
        names: &[Sha256Hash],
        limit: u64,
    ) -> Result<Vec<Option<(u64, Bytes)>>, StorageError> {
        let known = names
            .iter()
            .map(|name| self.present.beginning(*name, limit));
        let known: Vec<_> = known.collect();
        if known.iter().all(Option::is_some) {
            return Ok(known);
        }
        let places = self.places.clone();
        let names = names.to_vec();
        self.threads
            .run(move || {
                let beginnings = names.into_iter().zip(known);
                let beginnings = beginnings.map(|(name, known)| match known {
                    Some(known) => Ok(Some(known)),
                    None => places.beginning(name, limit),
                });
                Ok(beginnings.collect::<io::Result<_>>()?)
            })
            .await
    }

    async fn head(&self, name: Sha256Hash, limit: u64) -> Result<Option<Bytes>, StorageError> {
        let places = self.places.clone();
        self.threads
            .run(move || {
                let Some(file) = places.open(name)? else {
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
        let path = self.places.incoming(name);
        let present = Arc::clone(&self.present);
        self.threads
            .run(move || {
                present.remove(name, || match fs::remove_file(path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
                    _ => Ok(()),
                })
            })
            .await
    }

    fn hold(&self, names: &[Sha256Hash]) -> Result<Vec<Sha256Hash>, StorageError> {
        let mut missing = Vec::new();
        for name in names {
            self.present.hold(*name);
            if self.present.length(*name).is_none() && self.places.length(*name)?.is_none() {
                self.present.release(*name);
                missing.push(*name);
            }
        }
        Ok(missing)
    }

    fn make_durable(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        // Taken before the flush: what is touched during it belongs to the next one.
        let mut folders = std::mem::take(&mut *self.touched());
        folders.insert(self.places.incoming_folder());
        let files = names.iter().map(|name| {
            let incoming = self.places.incoming(*name);
            if incoming.exists() {
                incoming
            } else {
                self.places.kept(*name)
            }
        });
        let flushed = self.flush.run(&self.root, files, &folders);
        if flushed.is_err() {
            self.touched().append(&mut folders);
        }
        Ok(flushed?)
    }

    fn keep(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        for name in names {
            self.keep_one(*name)?;
            let length = self.present.kept(*name);
            if !length.is_some_and(|length| self.goes_past_cache(length)) {
                flush::forget_cached(&self.places.kept(*name));
            }
        }
        Ok(())
    }

    async fn recover(
        &self,
        is_named: &(dyn Fn(Sha256Hash) -> bool + Sync),
    ) -> Result<u64, StorageError> {
        self.recover_now(is_named)
    }
}
