//! Files that only their owner may read, independently of the folder and of the umask.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

const OWNER_ONLY: u32 = 0o600;

/// Opens a lock file, creating it where needed.
pub(super) fn lock_file(path: &Path) -> io::Result<File> {
    restrict(path)?;
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(OWNER_ONLY)
        .open(path)
}

/// Creates an empty database file unless it is there. SQLite then opens it, and gives its
/// write-ahead log and the index of that the same permissions.
///
/// A file that is there is not opened: closing it again would take away the locks that other
/// connections of this process have on it.
pub(super) fn create_database(path: &Path) -> io::Result<()> {
    let new = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(OWNER_ONLY)
        .open(path);
    match new {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => restrict(path),
        Err(error) => Err(error),
    }
}

/// Takes a file of an earlier version of this program away from others.
pub(super) fn restrict(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.permissions().mode() & 0o077 == 0 => Ok(()),
        Ok(_) => fs::set_permissions(path, Permissions::from_mode(OWNER_ONLY)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
