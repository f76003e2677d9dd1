//! The engine for one machine: SQLite in one file, one thread that writes, a few that read.
//!
//! `apoyo.db` (write-ahead log, `synchronous=FULL`, both asserted at the start) holds everything
//! but the pictures and the roll's entries; the roll has a file per version next to it. The
//! command line may open the same folder while the server runs; two servers may not, see
//! [`Engine::lock_for_serving`](crate::Engine::lock_for_serving).

mod activation;
mod again;
mod apoyos;
mod audit;
mod bounces;
mod broken;
mod campaigns;
mod clock;
mod connection;
mod counters;
mod devices;
mod engine;
mod fault;
mod group_commit;
mod identity;
mod inspection;
mod judging;
mod keeping;
mod limits;
mod lock;
mod mail;
mod numbering;
mod pending;
mod private;
mod readers;
mod recovery;
mod roll;
mod roll_files;
mod roll_import;
mod sampling;
mod secciones;
mod settle;
mod signin;
mod tags;
mod tally;
mod tiers;
mod tx;
mod unopened;
mod values;
mod writer;

use crate::{
    StorageError,
    audit::Operator,
    blobs::BlobStore,
    blocking::blocking,
    engine::{OpenError, Settings},
};
use broken::Broken;
use fault::Fault;
use numbering::HeadSlot;
use readers::{Reader, Readers};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use tx::Tx;
use writer::Writer;

/// Threads that read for phones and for the judge.
const READERS: usize = 4;
/// Threads for public reads.
const PUBLIC_READERS: usize = 2;

/// What the server remembers, in one SQLite database.
pub struct SqliteStorage {
    folder: PathBuf,
    blobs: Arc<dyn BlobStore>,
    broken: Broken,
    head: HeadSlot,
    /// On whose behalf it works.
    operator: Mutex<Option<Operator>>,
    // Before the writer: the last connection that closes folds the log into the file, and of
    // two that close at the same moment neither is the last.
    readers: Readers,
    /// The readers of public data, so that many viewers of a tally do not delay phones.
    public: Readers,
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
    pub async fn open(folder: &Path, blobs: Arc<dyn BlobStore>) -> Result<Self, OpenError> {
        Self::open_with(folder, blobs, Settings::default()).await
    }

    /// The same with other settings.
    pub async fn open_with(
        folder: &Path,
        blobs: Arc<dyn BlobStore>,
        settings: Settings,
    ) -> Result<Self, OpenError> {
        let folder = folder.to_owned();
        blocking(move || Self::open_now(folder, blobs, settings)).await
    }

    fn open_now(
        folder: PathBuf,
        blobs: Arc<dyn BlobStore>,
        settings: Settings,
    ) -> Result<Self, OpenError> {
        let db = connection::open_writer(&folder)?;
        if let Some(pages) = settings.max_pages {
            db.pragma_update(None, "max_page_count", pages)?;
        }
        let broken = Broken::default();
        let head = HeadSlot::default();
        let readers = Readers::start("reader", READERS, &folder, broken.clone())?;
        let public = Readers::start("public", PUBLIC_READERS, &folder, broken.clone())?;
        let writer = Writer::start(
            db,
            Arc::clone(&blobs),
            &settings,
            broken.clone(),
            head.clone(),
        )?;
        Ok(Self {
            writer,
            head,
            folder,
            blobs,
            broken,
            operator: Mutex::default(),
            readers,
            public,
        })
    }

    fn operator(&self) -> Option<Operator> {
        let operator = self.operator.lock();
        operator.unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn write<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// The same for public data, on threads of their own.
    async fn read_public<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader) -> Result<T, Fault> + Send + 'static,
    {
        if let Some(reason) = self.broken.reason() {
            return Err(StorageError::Broken(reason));
        }
        self.public.read(work).await
    }

    async fn read<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader) -> Result<T, Fault> + Send + 'static,
    {
        // A commit whose fate is unknown may be visible here without being durable.
        if let Some(reason) = self.broken.reason() {
            return Err(StorageError::Broken(reason));
        }
        self.readers.read(work).await
    }
}
