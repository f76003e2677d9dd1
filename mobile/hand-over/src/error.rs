//! Faults of handing over a file.

use std::io;

/// Why a file was not handed over. Never holds the file's content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no room for it.
    #[error("no room left")]
    Full,
    /// Any other fault; the reason is for the log.
    #[error("{0}")]
    Other(String),
}

/// The result of handing over.
pub type Result<T> = std::result::Result<T, Error>;

impl From<io::Error> for Error {
    fn from(fault: io::Error) -> Self {
        match fault.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full,
            kind => Error::Other(kind.to_string()),
        }
    }
}
