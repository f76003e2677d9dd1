//! Where a picture is, before and after a row names it.

use bytes::Bytes;
use protocol::ids::Sha256Hash;
use rustix::{
    fs::{CWD, RenameFlags, renameat_with},
    io::Errno,
};
use std::{
    fs::{self, DirBuilder, File},
    io::{self, ErrorKind, Read},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// Where a picture may be.
#[derive(Debug)]
pub(super) struct Places {
    root: PathBuf,
    /// Uploads that were begun: each has a name of its own.
    uploads: AtomicU64,
}

impl Places {
    /// The places in this folder.
    pub(super) fn of(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            uploads: AtomicU64::new(0),
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn lost_folder(&self) -> PathBuf {
        self.root.join("lost+found")
    }

    pub(super) fn incoming_folder(&self) -> PathBuf {
        self.root.join("incoming")
    }

    pub(super) fn incoming(&self, name: Sha256Hash) -> PathBuf {
        self.root.join("incoming").join(name.to_string())
    }

    /// Where the next upload of it is written, piece by piece: not a picture's name either.
    pub(super) fn upload(&self, name: Sha256Hash) -> PathBuf {
        let number = self.uploads.fetch_add(1, Ordering::Relaxed);
        self.incoming_folder().join(format!("{name}#{number}"))
    }

    /// Where it is while it is written in one go: not a picture's name, so it is never taken for
    /// one.
    pub(super) fn staged(&self, name: Sha256Hash) -> PathBuf {
        self.root.join("incoming").join(format!("{name}#whole"))
    }

    /// Creates the folders that are missing.
    pub(super) fn create(&self) -> io::Result<()> {
        create_private(&self.incoming_folder())?;
        create_private(&self.lost_folder())?;
        for first in 0..=u8::MAX {
            create_private(&self.root.join("kept").join(format!("{first:02x}")))?;
        }
        Ok(())
    }

    /// 256 folders: enough that none grows beyond what a file system searches at once, and few
    /// enough that making them costs little.
    pub(super) fn kept(&self, name: Sha256Hash) -> PathBuf {
        let name = name.to_string();
        self.root.join("kept").join(&name[..2]).join(&name)
    }

    /// Opens it wherever it is, even while it moves.
    pub(super) fn open(&self, name: Sha256Hash) -> io::Result<Option<File>> {
        for path in [self.kept(name), self.incoming(name), self.kept(name)] {
            match File::open(path) {
                Ok(file) => return Ok(Some(file)),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Its length and its first bytes, if it is there.
    pub(super) fn beginning(
        &self,
        name: Sha256Hash,
        limit: u64,
    ) -> io::Result<Option<(u64, Bytes)>> {
        // Asked right after it came in, so there first.
        for path in [self.incoming(name), self.kept(name), self.incoming(name)] {
            match File::open(path) {
                Ok(file) => {
                    let length = file.metadata()?.len();
                    let mut bytes = Vec::with_capacity(usize::try_from(limit).unwrap_or(0));
                    file.take(limit).read_to_end(&mut bytes)?;
                    return Ok(Some((length, bytes.into())));
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    pub(super) fn length(&self, name: Sha256Hash) -> io::Result<Option<u64>> {
        for path in [self.incoming(name), self.kept(name), self.incoming(name)] {
            match fs::metadata(path) {
                Ok(found) => return Ok(Some(found.len())),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

/// Creates a folder that only its owner may look into.
fn create_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Moves a file to a name that must be free.
pub(super) fn move_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems cannot; all of them refuse a second link of one name.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            fs::hard_link(from, to)?;
            fs::remove_file(from)
        }
        moved => Ok(moved?),
    }
}
