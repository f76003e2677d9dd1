//! Whole parts: from a reader to a writer with one frame in memory, or small parts in memory.

use super::{
    Binding, FRAME_BYTES, SealError, TAG_BYTES,
    frames::{Opener, Sealer},
    header::{HEADER_BYTES, Header, Plaintext},
    key::{KeyRing, SealingPublicKey},
    sealed_length,
};
use crate::{environment::Entropy, ids::Sha256Hash};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// Hash and length of a sealed part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of the sealed bytes: the part's name under `/v1/blobs/`.
    pub sha256: Sha256Hash,
    /// Length of the sealed bytes.
    pub bytes: u64,
}

/// Why sealing or opening a stream failed.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// Sealing or opening failed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads frames of `size` bytes, and knows of each whether it is the last.
struct Chunks<R> {
    from: R,
    size: usize,
    /// One byte of lookahead: it shows that the chunk before it was not the last.
    ahead: Option<u8>,
    began: bool,
}

impl<R: Read> Chunks<R> {
    const fn new(from: R, size: usize) -> Self {
        Self {
            from,
            size,
            ahead: None,
            began: false,
        }
    }

    /// Reads the next chunk into `chunk`; `None` after the last. An empty stream is one empty
    /// chunk.
    fn next(&mut self, chunk: &mut Vec<u8>) -> io::Result<Option<bool>> {
        chunk.clear();
        match self.ahead.take() {
            Some(byte) => chunk.push(byte),
            None if self.began => return Ok(None),
            None => self.began = true,
        }
        let missing = (self.size - chunk.len()) as u64;
        self.from.by_ref().take(missing).read_to_end(chunk)?;
        if chunk.len() == self.size {
            let mut byte = [0];
            self.ahead = match self.from.read_exact(&mut byte) {
                Ok(()) => Some(byte[0]),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
                Err(error) => return Err(error),
            };
        }
        Ok(Some(self.ahead.is_none()))
    }
}

/// Seals everything from `from`; `plaintext` announces its hash and length. After an error `to`
/// holds bytes that do not open.
pub fn seal_stream(
    recipient: &SealingPublicKey,
    binding: &Binding<'_>,
    plaintext: Plaintext,
    from: impl Read,
    mut to: impl Write,
    entropy: &dyn Entropy,
) -> Result<Sealed, StreamError> {
    let (mut sealer, header) = Sealer::begin(recipient, binding, plaintext, entropy)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut write = |chunk: &[u8]| -> io::Result<()> {
        hash.update(chunk);
        bytes += chunk.len() as u64;
        to.write_all(chunk)
    };
    write(&header.to_bytes())?;
    let mut chunks = Chunks::new(from, FRAME_BYTES);
    let mut frame = Vec::with_capacity(FRAME_BYTES + TAG_BYTES);
    while let Some(last) = chunks.next(&mut frame)? {
        sealer.seal(&mut frame, last)?;
        write(&frame)?;
    }
    sealer.finish()?;
    Ok(Sealed {
        sha256: Sha256Hash::from_bytes(hash.finalize().into()),
        bytes,
    })
}

/// Opens everything from `from` into `to` and returns the plaintext's SHA-256. After an error the
/// content of `to` must not be used.
pub fn open_stream(
    ring: &KeyRing,
    binding: &Binding<'_>,
    mut from: impl Read,
    mut to: impl Write,
) -> Result<Sha256Hash, StreamError> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    from.by_ref()
        .take(HEADER_BYTES as u64)
        .read_to_end(&mut header)?;
    let mut opener = Opener::begin(ring, binding, &Header::read(&header)?)?;
    let mut chunks = Chunks::new(from, FRAME_BYTES + TAG_BYTES);
    let mut frame = Vec::with_capacity(FRAME_BYTES + TAG_BYTES);
    while let Some(last) = chunks.next(&mut frame)? {
        to.write_all(opener.open(&mut frame, last)?)?;
    }
    Ok(opener.finish()?)
}

/// Seals a small plaintext in memory.
pub fn seal_bytes(
    recipient: &SealingPublicKey,
    binding: &Binding<'_>,
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, SealError> {
    let mut sealed =
        Vec::with_capacity(usize::try_from(sealed_length(plaintext.len() as u64)).unwrap_or(0));
    without_io(seal_stream(
        recipient,
        binding,
        Plaintext::of(plaintext),
        plaintext,
        &mut sealed,
        entropy,
    ))?;
    Ok(sealed)
}

/// Opens a small part in memory.
pub fn open_bytes(
    ring: &KeyRing,
    binding: &Binding<'_>,
    sealed: &[u8],
) -> Result<Vec<u8>, SealError> {
    let mut plaintext = Vec::with_capacity(sealed.len());
    without_io(open_stream(ring, binding, sealed, &mut plaintext))?;
    Ok(plaintext)
}

fn without_io<T>(done: Result<T, StreamError>) -> Result<T, SealError> {
    done.map_err(|error| match error {
        StreamError::Seal(error) => error,
        // Reading and writing memory does not fail.
        StreamError::Io(_) => SealError::TooLong,
    })
}
