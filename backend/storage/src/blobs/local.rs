//! Evidence in a folder of this machine.
//!
//! A picture comes in under `incoming/`, is flushed there together with its group, and moves
//! to `kept/ab/<hash>` once a row names it. Whatever is left under `incoming/` after an
//! unclean stop is either named by a row and moved, or removed: it may never have reached the
//! disk whole.

use super::{
    BlobStore, Stored,
    disk_threads::DiskThreads,
    flush::{self, Flush, sync_folder},
    incoming::{self, PIECE, Staged},
    places::{Places, move_new},
};
use crate::StorageError;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};
use object_store::local::LocalFileSystem;
use protocol::ids::Sha256Hash;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeSet, HashSet},
    fs::{self, File},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

/// Threads that wait for the disk.
const THREADS: usize = 4;

/// Pictures in a folder.
#[derive(Debug)]
pub struct LocalBlobs {
    places: Places,
    store: Arc<LocalFileSystem>,
    root: File,
    flush: Flush,
    /// Pictures that a row names or is about to name, until they are kept.
    held: Arc<Mutex<HashSet<Sha256Hash>>>,
    /// Folders whose names have changed since the last flush.
    touched: Mutex<BTreeSet<PathBuf>>,
    uploads: Arc<AtomicU64>,
    threads: DiskThreads,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        fs::create_dir_all(places.incoming_folder())?;
        fs::create_dir_all(folder.join("kept"))?;
        sync_folder(folder)?;
        if let Some(parent) = folder.parent().filter(|parent| parent.is_dir()) {
            sync_folder(parent)?;
        }
        let root = File::open(folder)?;
        Ok(Self {
            store: Arc::new(
                LocalFileSystem::new_with_prefix(folder).map_err(incoming::from_store)?,
            ),
            flush: match flush {
                Some(flush) => flush,
                None => Flush::fitting(&root)?,
            },
            places,
            root,
            held: Arc::default(),
            touched: Mutex::default(),
            uploads: Arc::default(),
            threads: DiskThreads::start(THREADS)?,
        })
    }

    fn touched(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        locked(&self.touched)
    }

    fn keep_one(&self, name: Sha256Hash) -> io::Result<()> {
        let (from, to) = (self.places.incoming(name), self.places.kept(name));
        for _ in 0..2 {
            // Never over one that is kept: it is durable, and what came in again may not be.
            match move_new(&from, &to) {
                Ok(()) => {
                    self.touched().extend(to.parent().map(Path::to_owned));
                    flush::forget_cached(&to);
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    return fs::remove_file(&from);
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    if to.exists() {
                        return Ok(());
                    }
                    if let Some(folder) = to.parent() {
                        fs::create_dir_all(folder)?;
                        self.touched().insert(self.places.root.join("kept"));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(ErrorKind::NotFound.into())
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
        mut body: BoxStream<'static, Result<Bytes, io::Error>>,
        max_bytes: u64,
    ) -> Result<Stored, StorageError> {
        let mut hasher = Sha256::new();
        let mut bytes = 0u64;
        let mut piece = Vec::new();
        let mut staged: Option<Staged> = None;
        while let Some(chunk) = body.next().await {
            let Ok(chunk) = chunk else {
                return Ok(Stored::Interrupted);
            };
            bytes += chunk.len() as u64;
            if bytes > max_bytes {
                return Ok(Stored::TooLong);
            }
            hasher.update(&chunk);
            if piece.len() + chunk.len() > PIECE && !piece.is_empty() {
                let full = std::mem::take(&mut piece);
                staged = Some(self.write(name, staged, full).await?);
            }
            incoming::extend(&mut piece, &chunk);
        }
        if hasher.finalize().as_slice() != name.as_bytes() {
            return Ok(Stored::OtherHash);
        }
        let (store, places) = (Arc::clone(&self.store), self.places.clone());
        self.threads
            .run(move || {
                if places.kept(name).exists() {
                    // Stored once already; dropping `staged` removes what this one has written.
                    return Ok(());
                }
                match staged {
                    None => incoming::create(&store, name, piece),
                    Some(mut staged) => {
                        staged.write(piece)?;
                        staged.finish(&places, name)
                    }
                }
            })
            .await?;
        Ok(Stored::Whole { bytes })
    }

    async fn length(&self, name: Sha256Hash) -> Result<Option<u64>, StorageError> {
        let places = self.places.clone();
        self.threads.run(move || Ok(places.length(name)?)).await
    }

    async fn lengths(&self, names: &[Sha256Hash]) -> Result<Vec<Option<u64>>, StorageError> {
        let places = self.places.clone();
        let names = names.to_vec();
        self.threads
            .run(move || {
                let lengths = names.into_iter().map(|name| places.length(name));
                Ok(lengths.collect::<io::Result<_>>()?)
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
        let held = Arc::clone(&self.held);
        self.threads
            .run(move || {
                // Locked until it is gone, so that no row comes to name it meanwhile.
                let held = locked(&held);
                if held.contains(&name) {
                    return Ok(());
                }
                match fs::remove_file(path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
                    _ => Ok(()),
                }
            })
            .await
    }

    fn hold(&self, names: &[Sha256Hash]) -> Result<Vec<Sha256Hash>, StorageError> {
        let mut held = locked(&self.held);
        let mut missing = Vec::new();
        for name in names {
            match self.places.length(*name)? {
                Some(_) => drop(held.insert(*name)),
                None => missing.push(*name),
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
            locked(&self.held).remove(name);
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

impl LocalBlobs {
    /// Writes a piece of a longer picture, beginning with the first one.
    async fn write(
        &self,
        name: Sha256Hash,
        staged: Option<Staged>,
        piece: Vec<u8>,
    ) -> Result<Staged, StorageError> {
        let (store, places) = (Arc::clone(&self.store), self.places.clone());
        let number = Arc::clone(&self.uploads);
        self.threads
            .run(move || {
                let mut staged = match staged {
                    Some(staged) => staged,
                    None => Staged::begin(&store, &places, name, &number)?,
                };
                staged.write(piece)?;
                Ok(staged)
            })
            .await
    }
}
