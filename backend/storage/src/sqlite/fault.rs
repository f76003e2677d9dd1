//! What went wrong inside the engine, and how far it reaches.

use crate::StorageError;
use rusqlite::{ErrorCode, ffi};

/// Why a write or a read failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// No room: the whole batch is undone, and the engine goes on.
    Full,
    /// Another process holds the database: the whole batch is undone, and the engine goes on.
    Busy,
    /// The disk failed, or the file is not what it was: what is durable is not known any more.
    Fatal(String),
    /// No memory, or too many open files. A read may be repeated; of a write, it is not known
    /// how far it has come.
    Starved(String),
    /// This call alone cannot be done.
    Failed(String),
}

impl Fault {
    /// Whether other writes of the same transaction suffer too.
    pub(super) fn spoils_batch(&self) -> bool {
        !matches!(self, Fault::Failed(_))
    }

    /// A value in the database that this program could not have written.
    pub(super) fn unreadable(what: &str) -> Self {
        Fault::Failed(format!("unreadable {what} in the database"))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(cause, _) = &error else {
            return Fault::Failed(error.to_string());
        };
        match cause.code {
            ErrorCode::DiskFull => Fault::Full,
            // The index of the log cannot grow: on Linux that is a full disk under another name.
            ErrorCode::SystemIoFailure if cause.extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
                Fault::Full
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Fault::Busy,
            ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::ReadOnly => Fault::Fatal(error.to_string()),
            ErrorCode::CannotOpen | ErrorCode::OutOfMemory => Fault::Starved(error.to_string()),
            _ => Fault::Failed(error.to_string()),
        }
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Full => Fault::Full,
            StorageError::Busy => Fault::Busy,
            StorageError::Broken(reason) => Fault::Fatal(reason),
            StorageError::Item(reason) => Fault::Failed(reason),
        }
    }
}

impl From<Fault> for StorageError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Full => StorageError::Full,
            Fault::Busy | Fault::Starved(_) => StorageError::Busy,
            Fault::Fatal(reason) => StorageError::Broken(reason),
            Fault::Failed(reason) => StorageError::Item(reason),
        }
    }
}
