//! Which tagger's pseudonyms the apoyos of this database bear.

use crate::StorageError;
use async_trait::async_trait;

/// The tagger in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggerInUse {
    /// The pseudonym of a person who does not exist: another key gives another one.
    pub print: [u8; 32],
    /// Where it is, for the operator.
    pub place: String,
}

/// The tagger in use.
#[async_trait]
pub trait Tags {
    /// The tagger in use; `None` before the first server chose one.
    async fn tagger(&self) -> Result<Option<TaggerInUse>, StorageError>;
    /// Notes the tagger in use.
    async fn use_tagger(&self, tagger: TaggerInUse) -> Result<(), StorageError>;
}
