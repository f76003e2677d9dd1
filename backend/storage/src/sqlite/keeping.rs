//! Pictures that rows name and that wait to be kept.

use super::tx::NamedPictures;
use crate::{StorageError, blobs::BlobStore};
use protocol::ids::Sha256Hash;
use tokio::runtime::Handle;

/// The blob store as the writer's thread uses it: the thread waits for it, and the runtime of a
/// caller, who waits for the thread, drives its timers and sockets.
pub(super) struct Blobs<'a> {
    pub(super) store: &'a dyn BlobStore,
    pub(super) runtime: Handle,
}

impl Blobs<'_> {
    pub(super) fn make_durable(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        self.runtime.block_on(self.store.make_durable(names))
    }

    fn keep(&self, names: &[Sha256Hash]) -> Result<(), StorageError> {
        self.runtime.block_on(self.store.keep(names))
    }
}

/// How far the pictures of apoyos have been kept, by moves that may not have reached the disk:
/// the next flush makes them durable, and the mark in the database follows.
#[derive(Debug, Default)]
pub(super) struct BlobsToKeep {
    /// Pictures that are kept together.
    together: usize,
    /// Durable where they came in, and named by rows. A stop leaves them to the next start.
    waiting: Vec<NamedPictures>,
    through: Option<i64>,
    /// Pictures whose keeping has failed: held, so that no sweep takes them, and left to the
    /// next start. The mark stays where it is.
    stuck: Vec<NamedPictures>,
}

impl BlobsToKeep {
    /// Keeps pictures in groups of this size.
    pub(super) fn of(together: usize) -> Self {
        Self {
            together,
            ..Self::default()
        }
    }

    /// The number of the last apoyo whose pictures are kept once the next flush is done.
    pub(super) fn through(&self) -> Option<i64> {
        self.through
    }

    /// Rows that name these are committed.
    pub(super) fn committed(&mut self, blobs: &Blobs<'_>, named: Vec<NamedPictures>) {
        self.waiting.extend(named);
        let pictures = self.waiting.iter().flat_map(|named| named.pictures);
        let pictures: Vec<Sha256Hash> = pictures.collect();
        if pictures.is_empty() || pictures.len() < self.together {
            return;
        }
        let now = std::mem::take(&mut self.waiting);
        match blobs.keep(&pictures) {
            Ok(()) if !self.stuck.is_empty() => {}
            Ok(()) => self.through = now.iter().map(|named| named.sequence).max(),
            // Nothing is lost: they are found where they are, and the next start keeps them.
            Err(error) => {
                self.stuck.extend(now);
                tracing::warn!(%error, "pictures wait for recovery to be kept");
            }
        }
    }
}
