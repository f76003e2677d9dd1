//! Checks an upload while it streams by: only a part that is sealed to a review key and as long as a
//! picture is stored. Other bytes never get a name on the disk, so the disk never holds a readable
//! picture.

use super::MIN_PART;
use crate::keys::sealing::HeldKeys;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream::BoxStream};
use protocol::{
    code::Code,
    seal::{HEADER_BYTES, Header, SealError, SealingPurpose},
};
use std::{
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::time::timeout;

/// Why the part was refused, if it was.
pub type Refused = Arc<OnceLock<Code>>;

type Chunk = Result<Bytes, io::Error>;

enum Gate {
    /// The header is not complete; these bytes have come so far.
    Looking(Vec<u8>),
    /// The number of bytes that have passed.
    Open(u64),
    Shut,
}

/// The same stream, which breaks off when it is not an acceptable part; the second value then
/// holds the reason.
pub fn guard(
    stream: BoxStream<'static, Chunk>,
    keys: Arc<HeldKeys>,
) -> (BoxStream<'static, Chunk>, Refused) {
    let refused = Refused::default();
    let state = (stream, Gate::Looking(Vec::new()), refused.clone(), keys);
    let guarded =
        futures_util::stream::unfold(state, |(mut stream, mut gate, refused, keys)| async {
            if matches!(gate, Gate::Shut) {
                return None;
            }
            let chunk = stream.next().await;
            let verdict = look(&mut gate, &chunk, &keys);
            if let Err(error) = verdict {
                let code = Code::from(error);
                let _ = refused.set(code);
                if chunk.is_some() {
                    drain(stream);
                }
                let end = Err(io::Error::other(code));
                let nothing = futures_util::stream::empty().boxed();
                return Some((end, (nothing, Gate::Shut, refused, keys)));
            }
            Some((chunk?, (stream, gate, refused, keys)))
        });
    (guarded.boxed(), refused)
}

fn look(gate: &mut Gate, chunk: &Option<Chunk>, keys: &HeldKeys) -> Result<(), SealError> {
    let seen = match gate {
        Gate::Looking(seen) => seen,
        Gate::Open(passed) => return pass(passed, chunk),
        Gate::Shut => return Ok(()),
    };
    let header = match chunk {
        // Almost always the first chunk holds the header, and nothing is copied.
        Some(Ok(bytes)) if seen.is_empty() && bytes.len() >= HEADER_BYTES => Header::read(bytes),
        Some(Ok(bytes)) => {
            seen.extend_from_slice(bytes);
            Header::read(seen)
        }
        // The sender's connection broke: the stream itself says so.
        Some(Err(_)) => return Ok(()),
        None => return Err(Header::read(seen).err().unwrap_or(SealError::Truncated)),
    };
    match header {
        // The header is valid so far.
        Err(SealError::Truncated) => return Ok(()),
        Err(error) => return Err(error),
        Ok(header) if keys.knows(SealingPurpose::Review, header.key()) => {}
        Ok(_) => return Err(SealError::KeyUnknown),
    }
    let mut passed = seen.len() as u64;
    if passed == 0 {
        pass(&mut passed, chunk)?;
    }
    *gate = Gate::Open(passed);
    Ok(())
}

/// Counts the bytes; the whole has to be at least as long as the shortest picture.
fn pass(passed: &mut u64, chunk: &Option<Chunk>) -> Result<(), SealError> {
    match chunk {
        Some(Ok(bytes)) => *passed += bytes.len() as u64,
        None if *passed < MIN_PART => return Err(SealError::Truncated),
        Some(Err(_)) | None => {}
    }
    Ok(())
}

/// How much of a refused part is read and discarded, and for how long.
const DRAIN_BYTES: u64 = super::MAX_PART;
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// Reads on for a bounded time, so that the sender receives the refusal.
fn drain(mut stream: impl Stream<Item = Chunk> + Send + Unpin + 'static) {
    tokio::spawn(timeout(DRAIN_TIME, async move {
        let mut left = DRAIN_BYTES;
        while let Some(Ok(chunk)) = stream.next().await {
            left = left.saturating_sub(chunk.len() as u64);
            if left == 0 {
                break;
            }
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{
        Keys,
        sealing::{HeldKeys, read_or_make},
    };
    use protocol::{
        apoyos::PartName,
        environment::SystemEntropy,
        ids::ApoyoId,
        seal::{Binding, SealedPart, SealingPublicKey, SealingSecretKey, seal_bytes},
    };

    fn keys() -> Arc<HeldKeys> {
        let data = tempfile::tempdir().unwrap();
        let now = chrono::DateTime::from_timestamp_millis(0).unwrap();
        let (keys, _) = read_or_make(data.path(), true, false, now, &SystemEntropy).unwrap();
        let signer = Keys::of(&[1; 32], &[2; 32], &[3; 32], &[4; 32]);
        Arc::new(HeldKeys::of(keys, &signer, data.path()).unwrap())
    }

    fn sealed(to: &SealingPublicKey) -> Vec<u8> {
        let binding = Binding {
            process: &"consultas".parse().unwrap(),
            apoyo: ApoyoId::from_bytes([1; 16]),
            part: SealedPart::Picture(PartName::Back),
        };
        seal_bytes(to, &binding, &[7; 1000], &SystemEntropy).unwrap()
    }

    /// The refusal of these bytes, sent in pieces of this size.
    async fn told(keys: &Arc<HeldKeys>, bytes: &[u8], piece: usize) -> Option<Code> {
        let pieces: Vec<Chunk> = bytes
            .chunks(piece)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        let (stream, refused) = guard(futures_util::stream::iter(pieces).boxed(), keys.clone());
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
    async fn only_what_is_sealed_to_a_key_of_ours_passes_however_it_is_cut() {
        let keys = keys();
        let good = sealed(&keys.announced().keys.review);
        let stranger = SealingSecretKey::random(SealingPurpose::Review, &SystemEntropy);
        for piece in [1, 7, 4096] {
            let told = |bytes| told(&keys, bytes, piece);
            assert_eq!(told(&good).await, None);
            let foreign = sealed(stranger.public());
            assert_eq!(told(&foreign).await, Some(Code::SealingKeyUnknown));
            // The intake key is ours, and it does not open pictures.
            let intake = sealed(&keys.announced().keys.intake);
            assert_eq!(told(&intake).await, Some(Code::SealingKeyUnknown));
            let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F'];
            assert_eq!(told(&jpeg).await, Some(Code::PartNotSealed));
            assert_eq!(told(&good[..100]).await, Some(Code::PartTruncated));
            // A valid header, followed by too few bytes for a picture.
            let short = &good[..super::MIN_PART as usize - 1];
            assert_eq!(told(short).await, Some(Code::PartTruncated));
            assert_eq!(told(b"").await, Some(Code::PartTruncated));
        }
    }
}
