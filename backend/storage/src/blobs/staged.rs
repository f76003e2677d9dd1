//! A file that is written under a name of its own and gets its real name when it is whole.

use super::disk_threads::DiskThreads;
use bytes::Bytes;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A file that is dropped before it is placed is removed. A disk thread does that, because the
/// thread that drops it may be serving requests. A crash leaves the file, under a name that is not
/// a picture's.
pub(super) struct Staged {
    file: File,
    path: PathBuf,
    placed: bool,
    threads: DiskThreads,
}

impl Staged {
    /// Creates the file, readable by its owner only.
    pub(super) fn create(path: PathBuf, threads: DiskThreads) -> io::Result<Self> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)?;
        Ok(Self {
            file,
            path,
            placed: false,
            threads,
        })
    }

    /// Writes the chunks one after another.
    pub(super) fn write(&mut self, chunks: &[Bytes]) -> io::Result<()> {
        chunks
            .iter()
            .try_for_each(|chunk| self.file.write_all(chunk))
    }

    /// Gives it its real name.
    pub(super) fn place(mut self, name: &Path) -> io::Result<()> {
        fs::rename(&self.path, name)?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.placed {
            let path = std::mem::take(&mut self.path);
            // Where that fails, it is swept later.
            self.threads.later(move || drop(fs::remove_file(path)));
        }
    }
}
