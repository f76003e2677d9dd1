//! The engine for one machine: SQLite in one file, one thread that writes, a few that read.
//!
//! `apoyo.db` (WAL, `synchronous=FULL`, both asserted at the start) holds everything but the
//! pictures and the roll's entries; the roll has a file per version beside it. The command
//! line may open the same folder while the server runs; two servers may not, see
//! [`SqliteStorage::lock_for_serving`].
//!
//! After a start the process that serves calls [`SqliteStorage::recover_blobs`] before it
//! takes anything in, and while it runs it waits for [`SqliteStorage::until_broken`]: once a
//! commit has failed with an error of the disk, nothing can be promised and it must end.

mod activations;
mod apoyos;
mod attention;
mod bounces;
mod campaigns;
mod connection;
mod counters;
mod devices;
mod fault;
mod group_commit;
mod inspection;
mod lock;
mod mail;
mod pending;
mod readers;
mod recovery;
mod roll;
mod roll_import;
mod settle;
mod signins;
mod tally;
mod tiers;
mod unread;
mod values;
mod writer;

pub use connection::OpenError;
pub use lock::ServingLock;

use crate::{StorageError, blobs::BlobStore};
use fault::Fault;
use readers::{Reader, Readers};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use writer::{Tx, Writer};

/// How the engine works.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Pictures that are put to the kept ones together. Each move changes a folder picked by
    /// chance: among many moves the same folder is written once instead of once per commit. A stop
    /// leaves those that wait to the next start.
    pub kept_together: usize,
    /// How long a group waits for more while pictures are on their way: a flush costs the same
    /// for one apoyo as for ten. Nobody waits where nobody else sends.
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

/// What the server remembers, in one SQLite database.
pub struct SqliteStorage {
    folder: PathBuf,
    blobs: Arc<dyn BlobStore>,
    // Before the writer: the last connection that closes folds the log into the file, and of
    // two that close at the same moment neither is the last.
    readers: Readers,
    writer: Writer,
}

impl std::fmt::Debug for SqliteStorage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStorage")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl SqliteStorage {
    /// Opens the data folder, creating or migrating what is in it.
    pub fn open(folder: &Path, blobs: Arc<dyn BlobStore>) -> Result<Self, OpenError> {
        Self::open_with(folder, blobs, Settings::default())
    }

    /// The same with other settings.
    pub fn open_with(
        folder: &Path,
        blobs: Arc<dyn BlobStore>,
        settings: Settings,
    ) -> Result<Self, OpenError> {
        let db = connection::open_writer(folder)?;
        if let Some(pages) = settings.max_pages {
            db.pragma_update(None, "max_page_count", pages)?;
        }
        let readers = Readers::start(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            writer: Writer::start(db, Arc::clone(&blobs), &settings)?,
            blobs,
            readers,
        })
    }

    /// Takes the right to serve this folder, which one process at a time has.
    pub fn lock_for_serving(&self) -> Result<ServingLock, OpenError> {
        lock::serving(&self.folder)
    }

    /// Whether nothing can be promised any more, and why.
    pub fn broken(&self) -> Option<String> {
        self.writer.broken()
    }

    /// Returns, with the reason, once nothing can be promised any more: the process must end.
    pub async fn until_broken(&self) -> String {
        let mut watch = self.writer.watch_broken();
        match watch.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or_default(),
            Err(_) => "the writer has stopped".into(),
        }
    }

    async fn write<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    {
        self.writer.write(work).await
    }

    async fn read<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader) -> Result<T, Fault> + Send + 'static,
    {
        // A commit whose fate is unknown may be visible here without being durable.
        if let Some(reason) = self.broken() {
            return Err(StorageError::Broken(reason));
        }
        self.readers.read(work).await
    }
}
