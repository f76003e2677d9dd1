//! A picture that streams in: piece by piece to the disk threads, then whole to its place.

use super::{Stored, direct, incoming::Upload, local::LocalBlobs, piece::Piece};
use crate::StorageError;
use bytes::Bytes;
use futures_util::{StreamExt, stream::BoxStream};
use protocol::ids::Sha256Hash;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// An upload, counted while it comes in.
struct Arriving<'a>(&'a AtomicUsize);

impl<'a> Arriving<'a> {
    fn one_of(all: &'a AtomicUsize) -> Self {
        all.fetch_add(1, Ordering::Relaxed);
        Self(all)
    }
}

impl Drop for Arriving<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl LocalBlobs {
    /// Takes a picture in.
    pub(super) async fn receive(
        &self,
        name: Sha256Hash,
        mut body: BoxStream<'static, Result<Bytes, io::Error>>,
        max_bytes: u64,
    ) -> Result<Stored, StorageError> {
        let _arriving = Arriving::one_of(&self.arriving);
        let mut bytes = 0u64;
        let mut upload = Upload::new(name);
        let mut piece = Piece::default();
        while let Some(chunk) = body.next().await {
            let Ok(chunk) = chunk else {
                return Ok(Stored::Interrupted);
            };
            bytes += chunk.len() as u64;
            if bytes > max_bytes {
                return Ok(Stored::TooLong);
            }
            if piece.is_full_for(chunk.len()) {
                upload = self.write(upload, std::mem::take(&mut piece)).await?;
            }
            piece.push(chunk);
        }
        self.finish(name, upload, piece).await
    }

    async fn write(&self, mut upload: Upload, piece: Piece) -> Result<Upload, StorageError> {
        let (folder, threads) = (Arc::clone(&self.folder), self.threads.clone());
        self.threads
            .run(move || {
                upload.write(&folder.places, &threads, &piece.into_chunks())?;
                Ok(upload)
            })
            .await
    }

    async fn finish(
        &self,
        name: Sha256Hash,
        mut upload: Upload,
        last: Piece,
    ) -> Result<Stored, StorageError> {
        let (folder, threads) = (Arc::clone(&self.folder), self.threads.clone());
        self.threads
            .run(move || {
                let last = last.into_chunks();
                let Some(whole) = upload.whole(&last) else {
                    return Ok(Stored::OtherHash);
                };
                let bytes = whole.length;
                // Where it is not placed, the file that this upload has written is removed.
                let places = &folder.places;
                let place = || -> io::Result<bool> {
                    // One that came in long ago is not remembered, but it is there.
                    if places.kept(name).exists() || places.incoming(name).exists() {
                        return Ok(false);
                    }
                    if folder.past_cache && upload.is_whole() {
                        direct::write(places, name, &last)?;
                    } else {
                        upload.finish(places, &threads, &last)?;
                    }
                    Ok(true)
                };
                let placed = folder.present.put_once(name, whole, place)?;
                Ok(match placed {
                    true => Stored::Whole { bytes },
                    false => Stored::There,
                })
            })
            .await
    }
}
