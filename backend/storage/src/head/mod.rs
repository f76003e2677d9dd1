//! The head: the numbers that were given, kept outside of the data folder.
//!
//! A database that is restored from a backup lacks the receipts that left after the backup. Without the head
//! the server would give their numbers a second time. The head is one small signed file in a folder of its
//! own, which is not part of a backup of the data folder:
//!
//! | content | written | flushed |
//! |---|---|---|
//! | *promised*: no number above this one was given | once for 1,024 numbers, before the commit of the first | at once |
//! | *given*: the last number in a commit, and the chain over all receipts up to it | after every commit, before its receipts leave | with the next promise, at a clean stop, or by the system |
//!
//! A killed process does not lose it. A power cut may lose the newest *given*, never the promise: then
//! numbers go on above the promise, and at most 1,024 stay unused. [`crate::rules::numbering`] decides how a
//! start goes on.

mod file;
mod line;

pub(crate) use file::HeadFile;
pub use file::read;

use crate::StorageError;
use protocol::receipt::ReceiptPublicKey;
use std::{fmt, path::PathBuf, sync::Arc};

/// The end of a hash chain over receipts.
pub type Chain = [u8; 32];

/// Numbers that are promised at once.
pub const PROMISED_AT_ONCE: u64 = 1_024;

/// The content of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of writes; of two lines the one with more is in force.
    pub writes: u64,
    /// The last number whose receipt may have left.
    pub given: u64,
    /// The promise: no number above this one was given.
    pub promised: u64,
    /// The chain over all receipts up to [`Self::given`].
    pub chain: Chain,
    /// The machine's boot in which it was written. After another boot newer writes may be lost.
    pub boot: String,
    /// Whether the server has stopped cleanly.
    pub shut: bool,
}

/// Signs these bytes with Ed25519.
pub type SignHead = dyn Fn(&[u8]) -> [u8; 64] + Send + Sync;

/// Signs the head, and verifies it.
#[derive(Clone)]
pub struct HeadKey {
    /// Signs it.
    pub sign: Arc<SignHead>,
    /// The key that verifies it: that of the receipts.
    pub public: ReceiptPublicKey,
}

impl fmt::Debug for HeadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeadKey(****)")
    }
}

/// The head's place and key.
#[derive(Debug, Clone)]
pub struct HeadPlace {
    /// Its folder, which must not be part of a backup of the data.
    pub folder: PathBuf,
    /// Its key.
    pub key: HeadKey,
}

/// Why numbers may not be given.
#[derive(Debug, thiserror::Error)]
pub enum HeadRefused {
    /// The rows end before the head does.
    #[error("the database ends at number {last}, but receipts up to number {given} have left")]
    DatabaseBehind {
        /// The last number of the rows.
        last: u64,
        /// The last number of the head.
        given: u64,
    },
    /// The rows end after what the head has promised.
    #[error("the head promises numbers up to {promised}, but the database ends at {last}")]
    HeadBehind {
        /// The last number of the rows.
        last: u64,
        /// What the head has promised.
        promised: u64,
    },
    /// The head is missing, although the database had one.
    #[error("there is no head in {}, but this database has one", .0.display())]
    Missing(PathBuf),
    /// Its chain does not fit the rows.
    #[error("the receipts in the database are not those that the head in {} knows", .0.display())]
    Foreign(PathBuf),
    /// It is not signed by this server's key, or it is damaged.
    #[error("the head in {} is damaged, or another server's", .0.display())]
    Untrusted(PathBuf),
    /// Another server uses it.
    #[error("another server uses the head in {}", .0.display())]
    InUse(PathBuf),
    /// The folder cannot be used.
    #[error("the head's folder {}: {why}", .folder.display())]
    Unusable {
        /// The folder.
        folder: PathBuf,
        /// The system's error.
        why: String,
    },
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl HeadRefused {
    /// Its stable word; `None` for a fault of the database.
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            Self::DatabaseBehind { .. } => Some("database_behind"),
            Self::HeadBehind { .. } => Some("head_behind"),
            Self::Missing(_) => Some("head_missing"),
            Self::Foreign(_) => Some("head_foreign"),
            Self::Untrusted(_) => Some("head_untrusted"),
            Self::InUse(_) => Some("head_in_use"),
            Self::Unusable { .. } => Some("head_unusable"),
            Self::Storage(_) => None,
        }
    }
}

/// How numbers go on at a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// Whether the head was made, because the database never had one.
    pub made: bool,
    /// The last number that was given or skipped.
    pub last: u64,
    /// Numbers that are skipped, because the machine stopped without flushing the head.
    pub left_out: u64,
}

/// How numbers go on after a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovered {
    /// The last number of the rows.
    pub rows_end_at: u64,
    /// The next receipt gets the number after this one.
    pub above: u64,
}
