//! Why there is no verdict yet.

use std::io;
use storage::StorageError;

/// Why there is no verdict yet.
#[derive(Debug, thiserror::Error)]
pub enum NotNow {
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No process could be made.
    #[error("pictures cannot be opened: {0}")]
    Process(#[from] io::Error),
}
