//! The faults of the store.

use super::cipher::CipherFault;
use crate::code::{PhoneCode, Problem};
use rusqlite::ErrorCode;
use std::io::ErrorKind;

/// The store failed. The reason is for the log and has no personal data: SQLite's messages name
/// tables and files, never values.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// The phone's disk is full. The transaction was rolled back.
    #[error("no room left on the phone")]
    Full,
    /// Another process has the store open.
    #[error("the store is open elsewhere")]
    Locked,
    /// SQLite failed.
    #[error("store: {0}")]
    Sqlite(rusqlite::Error),
    /// A row is not what this app wrote.
    #[error("store: {0} is not what was written")]
    Corrupt(&'static str),
    /// The folder, the lock or the migrations failed.
    #[error("store: {0}")]
    Other(String),
}

impl From<rusqlite::Error> for StoreFault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Sqlite(error),
        }
    }
}

impl From<std::io::Error> for StoreFault {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == ErrorKind::StorageFull {
            return Self::Full;
        }
        // SQLite's blob streams wrap its own errors.
        match error.downcast::<rusqlite::Error>() {
            Ok(error) => error.into(),
            Err(error) => Self::Other(error.kind().to_string()),
        }
    }
}

impl From<CipherFault> for StoreFault {
    fn from(fault: CipherFault) -> Self {
        match fault {
            CipherFault::Io(error) => error.into(),
            CipherFault::OtherSecret => Self::Corrupt("a record of another secret"),
            CipherFault::Altered => Self::Corrupt("an encrypted record"),
        }
    }
}

impl From<StoreFault> for PhoneCode {
    fn from(fault: StoreFault) -> PhoneCode {
        match fault {
            StoreFault::Full => PhoneCode::PhoneStorageFull,
            other => {
                tracing::error!(%other, "the phone's store failed");
                PhoneCode::PhoneStorageFault
            }
        }
    }
}

impl From<StoreFault> for Problem {
    fn from(fault: StoreFault) -> Problem {
        PhoneCode::from(fault).into()
    }
}
