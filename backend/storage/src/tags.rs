//! The tagger of this database's pseudonyms.

use crate::StorageError;
use async_trait::async_trait;

/// The tagger in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggerInUse {
    /// The pseudonym of an invented person, which is different with another key.
    pub print: [u8; 32],
    /// Its place, for the operator.
    pub place: String,
}

/// The tagger in use.
#[async_trait]
pub trait Tags {
    /// The tagger in use; `None` before the first server chose one.
    async fn tagger(&self) -> Result<Option<TaggerInUse>, StorageError>;
    /// Records the tagger in use.
    async fn use_tagger(&self, tagger: TaggerInUse) -> Result<(), StorageError>;
}
