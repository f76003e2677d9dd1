//! What may be evidence, told from the first bytes while they stream by: a JPEG of a sensible
//! size without the camera's own data. A refused picture never gets a name on the disk.

use bytes::Bytes;
use credential::photo::jpeg::{JpegShape, ShapeError, jpeg_shape};
use futures_util::{Stream, StreamExt, stream::BoxStream};
use protocol::code::Code;
use std::{
    io,
    sync::{Arc, OnceLock},
};

/// The longest side of a picture.
const MAX_SIDE: u32 = 6000;
/// The most pixels of a picture.
pub const MAX_PIXELS: u64 = 24_000_000;

/// Why a picture was refused, once it was.
pub type Refused = Arc<OnceLock<Code>>;

/// Whether a picture of this shape is taken.
pub fn judge_shape(shape: Result<JpegShape, ShapeError>) -> Result<(), Code> {
    let shape = shape.map_err(|error| match error {
        ShapeError::NotJpeg => Code::PictureNotJpeg,
        ShapeError::NeedMore | ShapeError::Broken => Code::PictureBroken,
    })?;
    let pixels = u64::from(shape.width) * u64::from(shape.height);
    if shape.width > MAX_SIDE || shape.height > MAX_SIDE || pixels > MAX_PIXELS {
        return Err(Code::PictureTooLarge);
    }
    if shape.has_metadata {
        return Err(Code::PictureHasMetadata);
    }
    Ok(())
}

type Chunk = Result<Bytes, io::Error>;

enum Gate {
    /// The headers are not whole yet: these bytes came so far.
    Looking(Vec<u8>),
    Open,
    Shut,
}

/// The same stream, which breaks off as soon as it is not a picture that may be taken; the
/// reason is then in the second value.
pub fn guard(stream: BoxStream<'static, Chunk>) -> (BoxStream<'static, Chunk>, Refused) {
    let refused = Refused::default();
    let state = (stream, Gate::Looking(Vec::new()), refused.clone());
    let guarded = futures_util::stream::unfold(state, |(mut stream, mut gate, refused)| async {
        if matches!(gate, Gate::Shut) {
            return None;
        }
        let chunk = stream.next().await;
        let verdict = look(&mut gate, &chunk);
        if let Err(code) = verdict {
            let _ = refused.set(code);
            if chunk.is_some() {
                drain(stream);
            }
            let end = Err(io::Error::other(code));
            let nothing = futures_util::stream::empty().boxed();
            return Some((end, (nothing, Gate::Shut, refused)));
        }
        Some((chunk?, (stream, gate, refused)))
    });
    (guarded.boxed(), refused)
}

fn look(gate: &mut Gate, chunk: &Option<Chunk>) -> Result<(), Code> {
    let Gate::Looking(seen) = gate else {
        return Ok(());
    };
    let shape = match chunk {
        Some(Ok(bytes)) if seen.is_empty() => {
            // Almost always the first chunk holds the headers, and nothing is copied.
            let shape = jpeg_shape(bytes);
            if shape == Err(ShapeError::NeedMore) {
                seen.extend_from_slice(bytes);
            }
            shape
        }
        Some(Ok(bytes)) => {
            seen.extend_from_slice(bytes);
            jpeg_shape(seen)
        }
        // The sender's connection broke: that is told by the stream itself.
        Some(Err(_)) => return Ok(()),
        None => {
            return Err(if seen.is_empty() {
                Code::PictureNotJpeg
            } else {
                Code::PictureBroken
            });
        }
    };
    if shape == Err(ShapeError::NeedMore) {
        return Ok(());
    }
    *gate = Gate::Open;
    judge_shape(shape)
}

/// Lets the sender finish, so that it hears the refusal.
fn drain(mut stream: impl Stream<Item = Chunk> + Send + Unpin + 'static) {
    tokio::spawn(async move { while let Some(Ok(_)) = stream.next().await {} });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u16, height: u16, metadata: bool) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        if metadata {
            bytes.extend([0xff, 0xe1, 0, 8, b'E', b'x', b'i', b'f', 0, 0]);
        }
        bytes.extend([0xff, 0xc0, 0, 11, 8]);
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend([1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3]);
        bytes.extend([0xff, 0xd9]);
        bytes
    }

    /// What a sender of these bytes in pieces of this size is told.
    async fn told(bytes: &[u8], piece: usize) -> Option<Code> {
        let pieces: Vec<Chunk> = bytes
            .chunks(piece)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        let (stream, refused) = guard(futures_util::stream::iter(pieces).boxed());
        let kept: Vec<Chunk> = stream.collect().await;
        let code = refused.get().copied();
        assert_eq!(kept.iter().any(Result::is_err), code.is_some());
        if code.is_none() {
            let kept: Vec<u8> = kept.into_iter().flatten().flatten().collect();
            assert_eq!(kept, bytes, "what passes is not changed");
        }
        code
    }

    #[tokio::test]
    async fn only_a_sensible_jpeg_without_camera_data_passes_however_it_is_cut() {
        let png = b"\x89PNG\r\n\x1a\n0000";
        for piece in [1, 7, 4096] {
            assert_eq!(told(&picture(4000, 3000, false), piece).await, None);
            assert_eq!(
                told(&picture(640, 480, true), piece).await,
                Some(Code::PictureHasMetadata)
            );
            assert_eq!(
                told(&picture(65500, 65500, false), piece).await,
                Some(Code::PictureTooLarge)
            );
            assert_eq!(
                told(&picture(6000, 6000, false), piece).await,
                Some(Code::PictureTooLarge)
            );
            assert_eq!(told(png, piece).await, Some(Code::PictureNotJpeg));
            assert_eq!(
                told(&picture(640, 480, false)[..12], piece).await,
                Some(Code::PictureBroken)
            );
            assert_eq!(told(b"", piece).await, Some(Code::PictureNotJpeg));
        }
    }
}
