//! The head: how far numbers were given, kept outside of the data folder.
//!
//! A database that is put back from a backup knows nothing of the receipts that left after the
//! backup. Without the head the server would give their numbers a second time. The head is one
//! small signed file in a folder of its own, which no backup of the data folder brings back:
//!
//! | what it says | written | flushed |
//! |---|---|---|
//! | *promised*: no number above this one was given | once for 1,024 numbers, before the commit of the first | at once |
//! | *given*: the last number in a commit, and the chain over all receipts up to it | after every commit, before its receipts leave | with the next promise, at a clean stop, or by the system |
//!
//! A process that is killed loses nothing of it. A power cut may lose the newest *given*, never
//! the promise: then numbers go on above the promise, and at most 1,024 of them stay unused.
//! What a start makes of it is decided by [`crate::rules::numbering`].

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

/// What one line of the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How often it was written: of two lines the one with more is in force.
    pub writes: u64,
    /// The last number whose receipt may have left.
    pub given: u64,
    /// No number above this one was given.
    pub promised: u64,
    /// The chain over all receipts up to [`Self::given`].
    pub chain: Chain,
    /// The machine's boot in which it was written: after another one it may be older than what
    /// was written.
    pub boot: String,
    /// The server has stopped and nothing is on its way.
    pub shut: bool,
}

/// Signs the head, and verifies it.
#[derive(Clone)]
pub struct HeadKey {
    /// Signs with Ed25519.
    pub sign: Arc<dyn Fn(&[u8]) -> [u8; 64] + Send + Sync>,
    /// The key that verifies it: that of the receipts.
    pub public: ReceiptPublicKey,
}

impl fmt::Debug for HeadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeadKey(****)")
    }
}

/// Where the head is, and its key.
#[derive(Debug, Clone)]
pub struct HeadPlace {
    /// Its folder: never inside of what a backup of the data brings back.
    pub folder: PathBuf,
    /// Its key.
    pub key: HeadKey,
}

/// Why no number may be given.
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
    /// There is no head, although the database had one.
    #[error("there is no head in {}, but this database has one", .0.display())]
    Missing(PathBuf),
    /// Its chain is not that of these rows.
    #[error("the receipts in the database are not those that the head in {} knows", .0.display())]
    Foreign(PathBuf),
    /// It is not signed by this server's key, or it is damaged.
    #[error("the head in {} is damaged, or another server's", .0.display())]
    Untrusted(PathBuf),
    /// Another server goes by it.
    #[error("another server uses the head in {}", .0.display())]
    InUse(PathBuf),
    /// The folder cannot be used.
    #[error("the head's folder {}: {why}", .folder.display())]
    Unusable {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
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
    /// The head was made: the database never had one.
    pub made: bool,
    /// The last number that was given, or will never be.
    pub last: u64,
    /// Numbers that are left out, because the machine stopped without flushing the head.
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
