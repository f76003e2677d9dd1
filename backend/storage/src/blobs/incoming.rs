//! A picture on its way into the folder `incoming/`.

use super::places::{Places, move_new};
use crate::StorageError;
use futures_util::FutureExt;
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutPayload, local::LocalFileSystem,
    path::Path as ObjectPath,
};
use protocol::ids::Sha256Hash;
use std::{
    fs,
    io::{self, ErrorKind},
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

/// What one upload holds in memory before it touches the disk. A picture that fits is
/// written in one go, once its hash is known to be right.
pub(super) const PIECE: usize = 128 << 10;
/// What a piece begins with: a slow upload holds what has come, not what may come.
const FIRST: usize = 32 << 10;

/// Adds a chunk to a piece that has room for it.
pub(super) fn extend(piece: &mut Vec<u8>, chunk: &[u8]) {
    let needed = piece.len() + chunk.len();
    if needed > piece.capacity() {
        let wanted = if needed <= FIRST { FIRST } else { PIECE };
        piece.reserve_exact(wanted.max(needed) - piece.len());
    }
    piece.extend_from_slice(chunk);
}

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

/// Writes a whole picture. Not over one that came in meanwhile: it may be durable already, and
/// a row may name it.
pub(super) fn create(
    store: &LocalFileSystem,
    name: Sha256Hash,
    bytes: Vec<u8>,
) -> Result<(), StorageError> {
    let location = ObjectPath::from(format!("incoming/{name}"));
    let put = store.put_opts(&location, PutPayload::from(bytes), PutMode::Create.into());
    match put.now_or_never() {
        Some(Ok(_) | Err(object_store::Error::AlreadyExists { .. })) => Ok(()),
        Some(Err(error)) => Err(from_store(error)),
        None => Err(StorageError::Broken(
            "the store waits for something else".into(),
        )),
    }
}

/// A longer picture, written piece by piece beside its place; dropped half-way, it leaves nothing.
pub(super) struct Staged {
    upload: Option<Box<dyn MultipartUpload>>,
    path: PathBuf,
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Before it is complete the upload removes its own file.
        if self.upload.is_none() {
            drop(fs::remove_file(&self.path));
        }
    }
}

impl Staged {
    /// Begins one.
    pub(super) fn begin(
        store: &LocalFileSystem,
        places: &Places,
        name: Sha256Hash,
        number: &AtomicU64,
    ) -> Result<Self, StorageError> {
        let file = format!("{name}.{}", number.fetch_add(1, Ordering::Relaxed));
        let location = ObjectPath::from(format!("incoming/{file}"));
        Ok(Self {
            upload: Some(at_once(store.put_multipart(&location))?),
            path: places.incoming_folder().join(file),
        })
    }

    /// Writes the next piece.
    pub(super) fn write(&mut self, piece: Vec<u8>) -> Result<(), StorageError> {
        match &mut self.upload {
            Some(upload) => at_once(upload.put_part(PutPayload::from(piece))),
            None => Err(StorageError::Broken(
                "a piece behind the last one of an upload".into(),
            )),
        }
    }

    /// Gives the picture its name, unless it has come in meanwhile (see [`create`]).
    pub(super) fn finish(mut self, places: &Places, name: Sha256Hash) -> Result<(), StorageError> {
        if let Some(mut upload) = self.upload.take() {
            at_once(upload.complete())?;
        }
        match move_new(&self.path, &places.incoming(name)) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
            _ => Ok(()),
        }
    }
}
