//! The list of revocations that the operator loads: a file in the data folder, read again when it
//! has changed. The server never fetches it.

use atomic_write_file::AtomicWriteFile;
use attestation::{RevocationFault, Revocations};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

/// The longest list: Google's has some hundred entries of 150 bytes.
const LONGEST: u64 = 64 << 20;

/// A fault that leaves the server without a list.
#[derive(Debug, thiserror::Error)]
pub enum RevocationsError {
    /// The disk failed.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file is not a list.
    #[error("{}: {source}", .path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: RevocationFault,
    },
}

/// The list's path in a data folder.
pub fn file_in(data: &Path) -> PathBuf {
    data.join("attestation").join("revocations.json")
}

/// When the file was written, and its length: they tell one list from the next.
type Stamp = (SystemTime, u64);

/// The list on the disk.
#[derive(Debug)]
pub struct RevokedFile {
    path: PathBuf,
    read: Mutex<(Option<Stamp>, Arc<Revocations>)>,
}

impl RevokedFile {
    /// The list of this data folder, where there is one.
    pub fn in_folder(data: &Path) -> Self {
        Self {
            path: file_in(data),
            read: Mutex::default(),
        }
    }

    /// The list in force. Where the file cannot be read any more, the last one stays.
    pub fn current(&self) -> Arc<Revocations> {
        let stamp = fs::metadata(&self.path)
            .and_then(|file| Ok((file.modified()?, file.len())))
            .ok();
        // The value is replaced as a whole, so a panic cannot have left half of it.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if stamp.is_some() && stamp != read.0 {
            match load(&self.path) {
                Ok(list) => {
                    tracing::info!(entries = list.len(), "the list of revocations is read");
                    read.1 = Arc::new(list);
                }
                Err(error) => tracing::error!(%error, "the list of revocations is not read"),
            }
            // After a fault too, so that one wrong file makes one line in the log.
            read.0 = stamp;
        }
        read.1.clone()
    }
}

/// Reads one list.
pub fn load(path: &Path) -> Result<Revocations, RevocationsError> {
    let at = |source| RevocationsError::Io {
        path: path.to_owned(),
        source,
    };
    if fs::metadata(path).map_err(at)?.len() > LONGEST {
        return Err(at(io::ErrorKind::FileTooLarge.into()));
    }
    let json = fs::read(path).map_err(at)?;
    Revocations::parse(&json).map_err(|source| RevocationsError::Shape {
        path: path.to_owned(),
        source,
    })
}

/// Puts a list in its place in the data folder. A crash leaves the old list or the new one.
pub fn install(list: &Path, data: &Path) -> Result<Revocations, RevocationsError> {
    let read = load(list)?;
    let target = file_in(data);
    let at = |source| RevocationsError::Io {
        path: target.clone(),
        source,
    };
    fs::create_dir_all(target.parent().unwrap_or(data)).map_err(at)?;
    let mut file = AtomicWriteFile::open(&target).map_err(at)?;
    let mut list = fs::File::open(list).map_err(at)?;
    io::copy(&mut list, file.as_file_mut()).map_err(at)?;
    file.commit().map_err(at)?;
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"{"entries":{"c0ffee":{"status":"REVOKED"}}}"#;

    #[test]
    fn a_new_list_is_read_while_the_server_runs_and_a_broken_one_changes_nothing() {
        let data = tempfile::tempdir().unwrap();
        let file = RevokedFile::in_folder(data.path());
        assert!(file.current().is_empty(), "none was loaded yet");

        let list = data.path().join("status.json");
        fs::write(&list, ONE).unwrap();
        assert_eq!(install(&list, data.path()).unwrap().len(), 1);
        assert_eq!(file.current().len(), 1);

        fs::write(file_in(data.path()), "{ half a li").unwrap();
        assert_eq!(file.current().len(), 1, "the last whole one stays");

        fs::write(&list, "[]").unwrap();
        assert!(install(&list, data.path()).is_err());
        fs::write(
            &list,
            ONE.replace("c0ffee", "beef\":{\"status\":\"REVOKED\"},\"c0ffee"),
        )
        .unwrap();
        assert_eq!(install(&list, data.path()).unwrap().len(), 2);
        assert_eq!(file.current().len(), 2);
    }
}
