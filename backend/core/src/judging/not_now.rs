//! Faults that delay a verdict.

use std::io;
use storage::StorageError;

/// A fault that delays a verdict: the same apoyo is judged again.
#[derive(Debug, thiserror::Error)]
pub enum NotNow {
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The tagger named no person.
    #[error("the tagger does not answer: {0}")]
    Tagger(io::Error),
    /// No process could be made.
    #[error("pictures cannot be opened: {0}")]
    Process(#[from] io::Error),
}
