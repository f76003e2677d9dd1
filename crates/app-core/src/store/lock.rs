//! One process at a time: an advisory lock on a file of the store's folder.

use super::StoreFault;
use std::{fs::File, io, path::Path};

/// Takes the lock, which is held while the file is open, so a crash releases it too.
/// [`StoreFault::Locked`] if another process holds it. Other failures keep their own names.
pub(super) fn take(folder: &Path) -> Result<File, StoreFault> {
    let file = File::create(folder.join("lock"))?;
    match try_lock(&file) {
        Ok(()) => Ok(file),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(StoreFault::Locked),
        Err(error) => Err(error.into()),
    }
}

/// `flock` itself: the method of the standard library only reports "unsupported" on Android, up
/// to Rust 1.97.
#[cfg(unix)]
fn try_lock(file: &File) -> io::Result<()> {
    use rustix::fs::{FlockOperation, flock};
    Ok(flock(file, FlockOperation::NonBlockingLockExclusive)?)
}

#[cfg(not(unix))]
#[expect(
    clippy::disallowed_methods,
    reason = "it works where there is no flock"
)]
fn try_lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(io::Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_is_refused_until_the_first_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let first = take(folder.path()).unwrap();
        assert!(matches!(take(folder.path()), Err(StoreFault::Locked)));
        drop(first);
        take(folder.path()).unwrap();
    }

    #[test]
    fn a_folder_that_takes_no_lock_is_not_taken_for_a_locked_one() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("lock")).unwrap();
        assert!(matches!(take(folder.path()), Err(StoreFault::Other(_))));
    }
}
