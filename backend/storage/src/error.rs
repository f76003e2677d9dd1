//! Errors of the storage.

use protocol::code::Code;

/// Why a call to the storage failed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The disk is full. The call has left no trace.
    #[error("the disk is full")]
    Full,
    /// The engine is at its limit. The call has left no trace.
    #[error("the storage is busy")]
    Busy,
    /// The call, the disk or the engine failed. Whether the call took effect is not known: it
    /// must not be acknowledged, and the caller may only repeat it.
    #[error("the storage failed: {0}")]
    Broken(String),
    /// This item alone cannot be read or written: one picture, one row. The call has left no
    /// trace, and everything else goes on.
    #[error("this one cannot be read or written: {0}")]
    Item(String),
}

impl StorageError {
    /// A fault of the disk while one item was read. It tells nothing of other items.
    pub fn of_item(error: std::io::Error) -> Self {
        match Self::from(error) {
            StorageError::Broken(reason) => StorageError::Item(reason),
            other => other,
        }
    }
}

impl From<StorageError> for Code {
    fn from(error: StorageError) -> Code {
        match error {
            StorageError::Full => Code::ServerStorageFull,
            StorageError::Busy => Code::ServerBusy,
            StorageError::Broken(_) | StorageError::Item(_) => Code::ServerFault,
        }
    }
}

impl From<std::io::Error> for StorageError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        // Too many open files in this process or on the machine: it is temporary, and nothing was begun.
        let errno = rustix::io::Errno::from_io_error(&error);
        if let Some(rustix::io::Errno::MFILE | rustix::io::Errno::NFILE) = errno {
            return StorageError::Busy;
        }
        match error.kind() {
            StorageFull | QuotaExceeded => StorageError::Full,
            _ => StorageError::Broken(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Error;

    #[test]
    fn a_machine_without_a_free_file_is_busy_and_not_broken() {
        for errno in [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE] {
            assert!(matches!(
                StorageError::from(Error::from(errno)),
                StorageError::Busy
            ));
        }
        let worse = StorageError::from(Error::from(rustix::io::Errno::IO));
        assert!(matches!(worse, StorageError::Broken(_)));
    }
}
