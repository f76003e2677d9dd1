//! A small file that only its owner may read. Writing is atomic: a crash leaves the old file or
//! the new one.
//!
//! This is not a crate's function because the temporary file needs a fixed name, so that
//! [`PrivateFile::remove`] finds the secret that a crash left in it. See
//! docs/decisions/dependencies.md.

use crate::ports::KeyFault;
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// One secret in one file, mode 0600.
#[derive(Debug, Clone)]
pub(crate) struct PrivateFile(PathBuf);

impl PrivateFile {
    /// The file at this path, which may not exist yet.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Its content; `None` if there is no file.
    pub fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, KeyFault> {
        match fs::read(&self.0) {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }

    /// Replaces its content. The bytes are on the disk before the file gets its name: a crash
    /// leaves the old file or the new one.
    pub fn write(&self, bytes: &[u8]) -> Result<(), KeyFault> {
        let folder = self.0.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(fault)?;
        let fresh = self.0.with_extension("new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&fresh).map_err(fault)?;
        file.write_all(bytes).map_err(fault)?;
        file.sync_all().map_err(fault)?;
        fs::rename(&fresh, &self.0).map_err(fault)?;
        sync_folder(folder)
    }

    /// Removes the file; does nothing if there is none. Durable when it returns.
    pub fn remove(&self) -> Result<(), KeyFault> {
        // A crash between writing and renaming leaves a file that holds the secret too.
        for path in [self.0.with_extension("new"), self.0.clone()] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(fault(error)),
                _ => {}
            }
        }
        match self.0.parent() {
            Some(folder) if folder.exists() => sync_folder(folder),
            _ => Ok(()),
        }
    }
}

fn sync_folder(folder: &Path) -> Result<(), KeyFault> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(fault)
}

fn fault(error: std::io::Error) -> KeyFault {
    match error.kind() {
        ErrorKind::StorageFull => KeyFault::Full,
        kind => KeyFault::Other(kind.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_private_and_gone_when_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret.bin");
        let file = PrivateFile::at(path.clone());
        assert!(file.read().unwrap().is_none());
        file.write(b"one").unwrap();
        file.write(b"two").unwrap();
        assert_eq!(file.read().unwrap().unwrap().as_slice(), b"two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(path.with_extension("new"), b"left by a crash").unwrap();
        file.remove().unwrap();
        file.remove().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
