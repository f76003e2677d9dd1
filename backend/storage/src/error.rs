//! What can go wrong with remembering.

use protocol::code::Code;

/// Why nothing was remembered, or nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The disk is full. Nothing of the call happened.
    #[error("the disk is full")]
    Full,
    /// The engine is at its limit. Nothing of the call happened.
    #[error("the storage is busy")]
    Busy,
    /// The disk or the engine failed. What happened is not known: the process must not
    /// acknowledge anything, and a caller may only repeat the same call.
    #[error("the storage failed: {0}")]
    Broken(String),
}

impl From<StorageError> for Code {
    fn from(error: StorageError) -> Code {
        match error {
            StorageError::Full => Code::ServerStorageFull,
            StorageError::Busy => Code::ServerBusy,
            StorageError::Broken(_) => Code::ServerFault,
        }
    }
}

impl From<std::io::Error> for StorageError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded => StorageError::Full,
            _ => StorageError::Broken(error.to_string()),
        }
    }
}
