//! A picture on its way into the folder `incoming/`.

use super::present::{Arrived, BEGINNING};
use crate::StorageError;
use bytes::Bytes;
use futures_util::FutureExt;
use object_store::{
    MultipartUpload, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path as ObjectPath,
};
use protocol::ids::Sha256Hash;
use sha2::{Digest, Sha256};
use std::io;

/// The store's futures are ready at once outside of a runtime: they only do file calls.
fn at_once<T>(future: impl Future<Output = object_store::Result<T>>) -> Result<T, StorageError> {
    future
        .now_or_never()
        .ok_or_else(|| StorageError::Broken("the store waits for something else".into()))?
        .map_err(from_store)
}

/// The disk's own error is wrapped a few times on its way through the store.
pub(super) fn from_store(error: object_store::Error) -> StorageError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return io::Error::from(io.kind()).into();
        }
        cause = inner.source();
    }
    StorageError::Broken(error.to_string())
}

/// One upload: what of it was hashed and written so far. It lives on the disk threads between
/// two pieces, so hashing and writing happen where nobody waits for an answer to something else.
pub(super) struct Upload {
    name: Sha256Hash,
    hasher: Sha256,
    bytes: u64,
    beginning: Vec<u8>,
    /// Written beside its place. Dropped before it is complete, it removes its own file.
    staged: Option<Box<dyn MultipartUpload>>,
}

impl Upload {
    /// Nothing has come yet.
    pub(super) fn new(name: Sha256Hash) -> Self {
        Self {
            name,
            hasher: Sha256::new(),
            bytes: 0,
            beginning: Vec::new(),
            staged: None,
        }
    }

    fn place(&self) -> ObjectPath {
        ObjectPath::from(format!("incoming/{}", self.name))
    }

    fn hash(&mut self, chunks: &[Bytes]) {
        for chunk in chunks {
            self.hasher.update(chunk);
            self.bytes += chunk.len() as u64;
            let lacking = BEGINNING - self.beginning.len();
            self.beginning.extend(chunk.iter().take(lacking));
        }
    }

    /// Hashes and writes a piece that is not the last.
    pub(super) fn write(
        &mut self,
        store: &LocalFileSystem,
        chunks: Vec<Bytes>,
    ) -> Result<(), StorageError> {
        self.hash(&chunks);
        let place = self.place();
        let staged = match &mut self.staged {
            Some(staged) => staged,
            none => none.insert(at_once(store.put_multipart(&place))?),
        };
        at_once(staged.put_part(PutPayload::from_iter(chunks)))
    }

    /// Whether nothing of it is on the disk: its last piece is all of it.
    pub(super) fn is_whole(&self) -> bool {
        self.staged.is_none()
    }

    /// Hashes the last piece. Answers what the whole is, or `None` if its hash is not its name.
    pub(super) fn whole(&mut self, last: &[Bytes]) -> Option<Arrived> {
        self.hash(last);
        let hash = std::mem::take(&mut self.hasher).finalize();
        (hash.as_slice() == self.name.as_bytes()).then(|| Arrived {
            length: self.bytes,
            beginning: std::mem::take(&mut self.beginning).into(),
        })
    }

    /// Writes the last piece and puts the whole in its place.
    pub(super) fn finish(
        mut self,
        store: &LocalFileSystem,
        last: Vec<Bytes>,
    ) -> Result<(), StorageError> {
        let last = PutPayload::from_iter(last);
        match self.staged.take() {
            None => at_once(store.put(&self.place(), last)).map(drop),
            Some(mut staged) => {
                at_once(staged.put_part(last))?;
                at_once(staged.complete()).map(drop)
            }
        }
    }
}
