//! Whole parts: from a reader to a writer with one frame in memory, or small ones at once.

use super::{
    Binding, FRAME_BYTES, SealError, TAG_BYTES,
    frames::{Opener, Sealer},
    header::{HEADER_BYTES, Header, Plaintext},
    key::{KeyRing, SealingPublicKey},
    sealed_length,
};
use crate::{code::Code, environment::Entropy, ids::Sha256Hash};
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// A part that was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// SHA-256 of the sealed bytes: their name under `/v1/blobs/`.
    pub sha256: Sha256Hash,
    /// Their length.
    pub bytes: u64,
}

/// Why a stream was not sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// Sealing itself.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The reader or the writer.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<StreamError> for Code {
    fn from(error: StreamError) -> Code {
        match error {
            StreamError::Seal(error) => error.into(),
            StreamError::Io(error) if error.kind() == io::ErrorKind::StorageFull => {
                Code::PhoneStorageFull
            }
            StreamError::Io(_) => Code::PhoneStorageFault,
        }
    }
}

/// Reads frames of `size` bytes and tells of each whether it is the last.
struct Pieces<R> {
    from: R,
    size: usize,
    /// The byte after the last piece, by which it is known not to be the last.
    ahead: Option<u8>,
    began: bool,
}

impl<R: Read> Pieces<R> {
    const fn new(from: R, size: usize) -> Self {
        Self {
            from,
            size,
            ahead: None,
            began: false,
        }
    }

    /// The next piece, in `piece`; `None` after the last. A stream without a byte is one empty
    /// piece.
    fn next(&mut self, piece: &mut Vec<u8>) -> io::Result<Option<bool>> {
        piece.clear();
        match self.ahead.take() {
            Some(byte) => piece.push(byte),
            None if self.began => return Ok(None),
            None => self.began = true,
        }
        let missing = (self.size - piece.len()) as u64;
        self.from.by_ref().take(missing).read_to_end(piece)?;
        if piece.len() == self.size {
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

/// Seals everything that `from` gives, which `plaintext` announces. On an error `to` holds
/// something that opens nowhere.
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
    let mut write = |piece: &[u8]| -> io::Result<()> {
        hash.update(piece);
        bytes += piece.len() as u64;
        to.write_all(piece)
    };
    write(&header.to_bytes())?;
    let mut pieces = Pieces::new(from, FRAME_BYTES);
    let mut frame = Vec::with_capacity(FRAME_BYTES + TAG_BYTES);
    while let Some(last) = pieces.next(&mut frame)? {
        sealer.seal(&mut frame, last)?;
        write(&frame)?;
    }
    sealer.finish()?;
    Ok(Sealed {
        sha256: Sha256Hash::from_bytes(hash.finalize().into()),
        bytes,
    })
}

/// Opens everything that `from` gives and answers the plaintext's SHA-256. On an error what
/// stands in `to` is not to be used.
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
    let mut pieces = Pieces::new(from, FRAME_BYTES + TAG_BYTES);
    let mut frame = Vec::with_capacity(FRAME_BYTES + TAG_BYTES);
    while let Some(last) = pieces.next(&mut frame)? {
        to.write_all(opener.open(&mut frame, last)?)?;
    }
    Ok(opener.finish()?)
}

/// Seals something small.
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

/// Opens something small.
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
        // Memory neither ends early nor fills up.
        StreamError::Io(_) => SealError::TooLong,
    })
}
