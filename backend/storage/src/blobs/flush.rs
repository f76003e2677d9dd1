//! Making files durable, with as few flushes as the system allows.

use rustix::fs::{Advice, fadvise, fstatfs, syncfs};
use std::{
    collections::BTreeSet,
    fs::File,
    io,
    path::{Path, PathBuf},
};

/// How files reach the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    /// One `syncfs` for everything that was written: one wait for a whole group of pictures.
    FileSystem,
    /// One `fsync` per file and folder.
    EachFile,
}

/// File systems on this machine's own disks, whose `syncfs` is known to wait for the disk:
/// ext2 to ext4, xfs, btrfs, f2fs, overlayfs, tmpfs. FUSE is left out because its `syncfs` does
/// not wait.
const SYNCFS_HOLDS: [u64; 6] = [
    0xEF53,
    0x5846_5342,
    0x9123_683E,
    0xF2F5_2010,
    0x794C_7630,
    0x0102_1994,
];

impl Flush {
    /// The way that is safe on the file system of this folder.
    pub fn fitting(folder: &File) -> io::Result<Self> {
        let kind = fstatfs(folder)?.f_type;
        let kind = u64::try_from(kind).unwrap_or_default();
        Ok(if SYNCFS_HOLDS.contains(&kind) && reports_errors() {
            Flush::FileSystem
        } else {
            Flush::EachFile
        })
    }

    /// When it returns, `files` and the names in `folders` survive a loss of power.
    pub fn run(
        self,
        root: &File,
        files: impl Iterator<Item = PathBuf>,
        folders: &BTreeSet<PathBuf>,
    ) -> io::Result<()> {
        match self {
            Flush::FileSystem => Ok(syncfs(root)?),
            Flush::EachFile => {
                for file in files {
                    File::open(file)?.sync_all()?;
                }
                folders.iter().try_for_each(|folder| sync_folder(folder))
            }
        }
    }
}

/// Makes the names in a folder durable.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Gives back the memory that the system keeps a durable file's content in: a picture is read
/// once more at most, and the next one that comes in takes the same pages instead of new ones.
pub(super) fn forget_cached(path: &Path) {
    if let Ok(file) = File::open(path) {
        // Advice only: a system that ignores it uses more memory.
        let _ = fadvise(&file, 0, None, Advice::DontNeed);
    }
}

/// Whether `syncfs` reports a failed write: since Linux 5.8.
fn reports_errors() -> bool {
    let release = rustix::system::uname();
    let release = release.release().to_string_lossy();
    let mut numbers = release
        .split(['.', '-'])
        .map(|part| part.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (5, 8)
}
