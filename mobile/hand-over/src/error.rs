//! Why a file did not go.

use std::io;

/// Names no content of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no room for it.
    #[error("no room left")]
    Full,
    /// Anything else; the reason is for the log.
    #[error("{0}")]
    Other(String),
}

/// What handing over answers.
pub type Result<T> = std::result::Result<T, Error>;

impl From<io::Error> for Error {
    fn from(fault: io::Error) -> Self {
        match fault.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full,
            kind => Error::Other(kind.to_string()),
        }
    }
}
