//! What an engine does beyond the topics: serving, recovering, breaking, inspecting.

use crate::{
    Storage, StorageError,
    audit::Operator,
    head::{Followed, HeadPlace, HeadRefused, Recovered},
    rules::numbering::Numbering,
};
use async_trait::async_trait;
use protocol::ids::Sha256Hash;
use std::{any::Any, time::Duration};

/// How an engine works.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Pictures that are kept together. In a folder each move changes a subfolder picked by
    /// chance: among many moves the same one is written once instead of once per commit. A stop
    /// leaves those that wait to the next start.
    pub kept_together: usize,
    /// How long a batch waits for more while pictures are on their way: a flush costs the same
    /// for one apoyo as for ten. Without uploads on their way it does not wait.
    pub gather: Duration,
    /// The database may not grow beyond so many pages: a full disk, for tests.
    pub max_pages: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            kept_together: 512,
            gather: Duration::from_millis(8),
            max_pages: None,
        }
    }
}

/// The id of a database, and of the keys and pictures that belong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataId(pub [u8; 16]);

impl std::fmt::Display for DataId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// Why the data could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer program has written here; this one would not understand all of it.
    #[error(
        "the data was written by a newer program (schema {found}; this program knows up to {known}): use that program or a newer one"
    )]
    Newer {
        /// The schema of the data.
        found: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
    /// The database does not promise what it was set to promise.
    #[error("the database does not hold to {0}: a receipt would promise what the disk does not")]
    NotDurable(&'static str),
    /// Another process serves this data already.
    #[error("another server is running on this data folder")]
    AlreadyServed,
    /// The folder or the database cannot be read or written.
    #[error("the data folder cannot be opened: {0}")]
    Unusable(String),
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        OpenError::Unusable(error.to_string())
    }
}

impl From<StorageError> for OpenError {
    fn from(error: StorageError) -> Self {
        OpenError::Unusable(error.to_string())
    }
}

/// The right to serve, until it is dropped or the process dies.
pub struct ServingLock {
    _held: Box<dyn Any + Send + Sync>,
}

impl ServingLock {
    /// `held` is what an engine holds for as long as the process serves.
    pub fn new(held: impl Any + Send + Sync) -> Self {
        Self {
            _held: Box::new(held),
        }
    }
}

impl std::fmt::Debug for ServingLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServingLock").finish_non_exhaustive()
    }
}

/// An engine: everything that the server remembers, and the engine's own affairs.
///
/// A process that serves takes [`Engine::lock_for_serving`], then [`Engine::follow_head`] and
/// [`Engine::recover_blobs`] before it takes anything in, and ends when [`Engine::until_broken`] returns.
#[async_trait]
pub trait Engine: Storage {
    /// Takes the right to serve this data.
    async fn lock_for_serving(&self) -> Result<ServingLock, OpenError>;
    /// Gives numbers under this head from now on: the head is written before a receipt leaves. Refused if
    /// the rows are older than the head, because numbers would be given twice.
    async fn follow_head(
        &self,
        serving: &ServingLock,
        place: &HeadPlace,
    ) -> Result<Followed, HeadRefused>;
    /// After restoring an older database: numbers go on above every one that may have been given. `above`:
    /// a higher number that the operator knows; required without a head.
    async fn recover_numbers(
        &self,
        serving: &ServingLock,
        place: &HeadPlace,
        above: Option<u64>,
    ) -> Result<Recovered, HeadRefused>;
    /// The last number of the rows.
    async fn numbering(&self) -> Result<Numbering, StorageError>;
    /// Keeps the blobs that rows name and puts aside what an unclean stop has left; answers how
    /// many it put aside. Only for the process that serves, before it takes anything in: in a
    /// running server it would put aside blobs whose apoyo is on its way.
    async fn recover_blobs(&self, serving: &ServingLock) -> Result<u64, StorageError>;
    /// The id of this data, drawn when it was made, and whether keys and pictures carry it.
    async fn identity(&self) -> Result<(DataId, bool), StorageError>;
    /// Keys and pictures carry the id, durably.
    async fn bind(&self) -> Result<(), StorageError>;
    /// From now on what is done here is done by this operator, and recorded as theirs
    /// ([`crate::audit`]). A process that serves acts for no operator.
    fn act_for(&self, operator: Operator);
    /// Whether nothing can be promised any more, and why.
    fn broken(&self) -> Option<String>;
    /// Returns, with the reason, once nothing can be promised any more: the process must end.
    async fn until_broken(&self) -> String;
    /// What the engine finds wrong with its own files, and rows that refer to nothing; empty
    /// when it is sound. Reads everything: its cost grows with the data.
    async fn integrity_faults(&self) -> Result<Vec<String>, StorageError>;
    /// The pictures of at most so many apoyos, spread evenly over the order of arrival, the
    /// newest always among them.
    async fn sample_pictures(&self, apoyos: u32) -> Result<Vec<Sha256Hash>, StorageError>;
}
