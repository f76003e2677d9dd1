//! The folder's own work, on the disk threads: flushing, keeping, what no row names.

use super::{
    flush::{self, Flush},
    lost,
    piece::PIECE,
    places::{Places, move_new},
    present::Present,
};
use protocol::ids::Sha256Hash;
use std::{
    collections::{BTreeSet, HashSet},
    fs::{self, File},
    io::{self, ErrorKind},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

/// A file under `incoming/`.
#[derive(Debug)]
pub(super) struct Stray {
    pub(super) path: PathBuf,
    /// `None`: half an upload.
    pub(super) name: Option<Sha256Hash>,
}

/// The folder, shared with the disk threads.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) places: Places,
    /// Whether pictures that are in memory whole are written past the system's cache.
    pub(super) past_cache: bool,
    pub(super) root: File,
    pub(super) flush: Flush,
    pub(super) present: Arc<Present>,
    /// Folders whose names have changed since the last flush.
    touched: Mutex<BTreeSet<PathBuf>>,
}

impl Folder {
    pub(super) fn new(places: Places, past_cache: bool, root: File, flush: Flush) -> Self {
        Self {
            places,
            past_cache,
            root,
            flush,
            present: Arc::default(),
            touched: Mutex::default(),
        }
    }

    fn touched(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a picture of this length comes whole and is written past the cache.
    fn goes_past_cache(&self, length: u64) -> bool {
        self.past_cache && length <= PIECE as u64
    }

    /// Makes these and every earlier move durable.
    pub(super) fn make_durable(&self, names: &[Sha256Hash]) -> io::Result<()> {
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
        flushed
    }

    /// Moves these pictures to the kept ones.
    pub(super) fn keep(&self, names: &[Sha256Hash]) -> io::Result<()> {
        for name in names {
            if !self.keep_one(*name)? {
                // The kept file is durable; the file that came in again may not be.
                fs::remove_file(self.places.incoming(*name))?;
            }
            let length = self.present.kept(*name);
            if !length.is_some_and(|length| self.goes_past_cache(length)) {
                flush::forget_cached(&self.places.kept(*name));
            }
        }
        Ok(())
    }

    /// `false`: a picture of this name is kept already, and this one was not moved.
    fn keep_one(&self, name: Sha256Hash) -> io::Result<bool> {
        let (from, to) = (self.places.incoming(name), self.places.kept(name));
        match move_new(&from, &to) {
            Ok(()) => {
                let folder = to.parent().map(ToOwned::to_owned);
                self.touched().extend(folder);
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) if error.kind() == ErrorKind::NotFound && to.exists() => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// What is under `incoming/`, if it is not held and was last written before `older_than`.
    pub(super) fn strays(&self, older_than: Option<SystemTime>) -> io::Result<Vec<Stray>> {
        let mut strays = Vec::new();
        for entry in fs::read_dir(self.places.incoming_folder())? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().and_then(|name| name.parse().ok());
            if name.is_some_and(|name| self.present.is_held(name))
                || older_than.is_some_and(|limit| !is_older(&entry, limit))
            {
                continue;
            }
            strays.push(Stray {
                path: entry.path(),
                name,
            });
        }
        Ok(strays)
    }

    /// Keeps what rows name and puts the rest aside; answers how many were put aside.
    pub(super) fn recover(&self, strays: &[Stray], named: &HashSet<Sha256Hash>) -> io::Result<u64> {
        let mut aside = 0;
        for stray in strays {
            let named = stray.name.filter(|name| named.contains(name));
            if let Some(name) = named
                && self.keep_one(name)?
            {
                continue;
            }
            // It is no apoyo's: one that cannot be moved stays, and stops no start.
            if let Err(error) = lost::put_aside(&self.places.lost_folder(), &stray.path) {
                tracing::warn!(%error, file = %stray.path.display(), "a file cannot be put aside");
                continue;
            }
            self.touched().insert(self.places.lost_folder());
            aside += 1;
        }
        Ok(aside)
    }

    /// Removes those that no row names and no row is about to name; answers how many.
    pub(super) fn sweep(&self, strays: &[Stray], named: &HashSet<Sha256Hash>) -> io::Result<u64> {
        let mut removed = 0;
        for stray in strays {
            let is_gone = || match fs::remove_file(&stray.path) {
                Ok(()) => Ok(true),
                // A row has come to name it meanwhile, and it is kept.
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
                Err(error) => Err(error),
            };
            let gone = match stray.name {
                Some(name) if named.contains(&name) => Ok(false),
                Some(name) => self.present.remove(name, is_gone),
                None => is_gone(),
            };
            match gone {
                Ok(gone) => removed += u64::from(gone),
                // The next sweep tries again; the others go now.
                Err(error) => {
                    tracing::warn!(%error, file = %stray.path.display(), "a part cannot be removed");
                }
            }
        }
        Ok(removed)
    }
}

/// Whether a file was last written before this moment; a file that is gone meanwhile is not.
fn is_older(entry: &fs::DirEntry, limit: SystemTime) -> bool {
    let written = entry.metadata().and_then(|found| found.modified());
    written.is_ok_and(|written| written < limit)
}
