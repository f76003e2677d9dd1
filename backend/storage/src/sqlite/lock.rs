//! Advisory locks on files of the data folder; the system lets them go when a process dies.

use super::private;
use crate::engine::{OpenError, ServingLock};
use rustix::fs::{FlockOperation, flock};
use std::{fs::File, path::Path};

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct FileLock {
    _file: File,
}

fn lock_file(path: &Path) -> Result<File, OpenError> {
    Ok(private::lock_file(path)?)
}

/// Waits until the lock is free.
pub(super) fn wait(path: &Path) -> Result<FileLock, OpenError> {
    let file = lock_file(path)?;
    flock(&file, FlockOperation::LockExclusive).map_err(std::io::Error::from)?;
    Ok(FileLock { _file: file })
}

/// Takes the lock, or answers `None` if another process holds it.
pub(super) fn try_take(path: &Path) -> Result<Option<FileLock>, OpenError> {
    let file = lock_file(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(FileLock { _file: file })),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(std::io::Error::from(error).into()),
    }
}

/// Takes the right to serve this folder.
pub(super) fn serving(folder: &Path) -> Result<ServingLock, OpenError> {
    try_take(&folder.join("serving.lock"))?
        .map(ServingLock::new)
        .ok_or(OpenError::AlreadyServed)
}
