//! Faults that delay a verdict.

use crate::ports::NotRead;
use std::io;
use storage::StorageError;

/// A fault that delays verdicts.
#[derive(Debug, thiserror::Error)]
pub enum NotNow {
    /// The storage refused: everything waits.
    #[error(transparent)]
    Storage(StorageError),
    /// The tagger named no person: everything waits.
    #[error("the tagger does not answer: {0}")]
    Tagger(io::Error),
    /// No process could be made: everything waits, and nothing is held against an apoyo.
    #[error("pictures cannot be opened: {0}")]
    Process(io::Error),
    /// This apoyo alone cannot be judged now: it waits, and the others are judged.
    #[error("{0}")]
    Item(String),
}

impl From<StorageError> for NotNow {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Item(why) => NotNow::Item(why),
            error => NotNow::Storage(error),
        }
    }
}

impl From<NotRead> for NotNow {
    fn from(why: NotRead) -> Self {
        match why {
            NotRead::NotStarted(error) => NotNow::Process(error),
            NotRead::TooSlow | NotRead::Died(_) => NotNow::Item(why.to_string()),
        }
    }
}
