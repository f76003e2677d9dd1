//! Encryption at rest: the records of the phone's store, which only this phone can read.
//!
//! Short texts and pictures have the same format:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of the format: 1 |
//! | 8 | name of the secret: identifies records of a lost secret |
//! | 16 | salt, random for each record |
//! | up to 64 KiB + 16 each | frames: AES-256-GCM of the content; only the last may be shorter, and there is always one |
//!
//! Each record has its own key: HKDF-SHA-256 of secret and salt. So nonces can be plain counters:
//! number of the frame, and whether it is the last. The additional data are the header and the
//! [`RecordAddress`]. A record does not open if it was moved to another table, row or column,
//! truncated after a frame, or spliced from two records.

use crate::ports::StorageSecret;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
};
use protocol::{environment::Entropy, ids::Sha256Hash};
use std::{
    io::{self, ErrorKind, Read, Write},
    sync::Arc,
};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const DOMAIN: &[u8] = b"apoyo/store/v1";
const HEADER: usize = 1 + 8 + 16;
const FRAME: usize = 64 * 1024;
const TAG: usize = 16;

/// The table, row and column of a record. It does not open at any other address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordAddress<'a> {
    pub table: &'static str,
    pub row: &'a [u8],
    pub column: &'static str,
}

impl RecordAddress<'_> {
    /// The address in a table with a single row.
    pub const fn only(table: &'static str, column: &'static str) -> Self {
        Self {
            table,
            row: b"",
            column,
        }
    }

    fn write_to(&self, bytes: &mut Vec<u8>) {
        for field in [self.table.as_bytes(), self.row, self.column.as_bytes()] {
            // Names and ids: far below 4 GiB.
            bytes.extend_from_slice(&(field.len() as u32).to_be_bytes());
            bytes.extend_from_slice(field);
        }
    }
}

/// Identifies the secret of a record without revealing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecretName(pub [u8; 8]);

/// Why a record could not be encrypted or decrypted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CipherFault {
    /// The record was encrypted with a secret that this phone no longer has.
    #[error("a record of another secret")]
    OtherSecret,
    /// The record is not what this app wrote at this address.
    #[error("an altered record")]
    Altered,
    /// The record could not be read or written.
    #[error("a record: {0}")]
    Io(#[from] io::Error),
}

/// Encrypts and decrypts records with this phone's secret.
pub(crate) struct Cipher {
    secret: StorageSecret,
    name: SecretName,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cipher").field(&self.name).finish()
    }
}

impl Cipher {
    /// A cipher with this secret.
    pub fn new(secret: StorageSecret, entropy: Arc<dyn Entropy>) -> Self {
        let mut named = Zeroizing::new(DOMAIN.to_vec());
        named.extend_from_slice(b"/name");
        named.extend_from_slice(secret.expose());
        let mut name = [0; 8];
        name.copy_from_slice(&Sha256Hash::of(&named).as_bytes()[..8]);
        Self {
            secret,
            name: SecretName(name),
            entropy,
        }
    }

    /// The name of the secret in use.
    pub fn name(&self) -> SecretName {
        self.name
    }

    /// Whether a record names the secret in use.
    pub fn wrote(&self, record: &[u8]) -> bool {
        record.get(1..9) == Some(&self.name.0)
    }

    /// Length of the record of `content` bytes.
    pub const fn sealed_length(content: u64) -> u64 {
        let frames = match content.div_ceil(FRAME as u64) {
            0 => 1,
            some => some,
        };
        HEADER as u64 + content + frames * TAG as u64
    }

    /// Encrypts `content` into a record.
    pub fn seal(&self, address: RecordAddress<'_>, content: &[u8]) -> Result<Vec<u8>, CipherFault> {
        let mut record = Vec::with_capacity(content.len() + HEADER + TAG);
        self.seal_into(address, content, &mut record)?;
        Ok(record)
    }

    /// Decrypts a record.
    pub fn open(
        &self,
        address: RecordAddress<'_>,
        mut record: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CipherFault> {
        // Full capacity from the start: a growing vector leaves copies of the plaintext in memory.
        let mut content = Zeroizing::new(Vec::with_capacity(record.len()));
        self.open_into(address, &mut record, &mut *content)?;
        Ok(content)
    }

    /// Encrypts everything from `content` into `record`, with one frame in memory at a time.
    pub fn seal_into(
        &self,
        address: RecordAddress<'_>,
        mut content: impl Read,
        record: &mut impl Write,
    ) -> Result<(), CipherFault> {
        let mut header = [0; HEADER];
        header[0] = VERSION;
        header[1..9].copy_from_slice(&self.name.0);
        self.entropy.fill(&mut header[9..]);
        record.write_all(&header)?;
        let (key, aad) = self.key(&header, address)?;
        let mut frame = Zeroizing::new(Vec::with_capacity(FRAME + TAG));
        let mut next = Zeroizing::new(Vec::with_capacity(FRAME + TAG));
        read_frame(&mut content, FRAME, &mut frame)?;
        for number in 0_u32.. {
            read_frame(&mut content, FRAME, &mut next)?;
            let last = next.is_empty();
            key.seal_in_place_append_tag(nonce(number, last), Aad::from(&aad), &mut *frame)
                .map_err(|_| CipherFault::Altered)?;
            record.write_all(&frame)?;
            if last {
                break;
            }
            std::mem::swap(&mut frame, &mut next);
        }
        Ok(())
    }

    /// Decrypts `record` into `content`, with one frame in memory at a time. After a fault
    /// `content` must not be used.
    pub fn open_into(
        &self,
        address: RecordAddress<'_>,
        record: &mut impl Read,
        content: &mut impl Write,
    ) -> Result<(), CipherFault> {
        let mut header = [0; HEADER];
        record.read_exact(&mut header).map_err(cut)?;
        if header[0] != VERSION {
            return Err(CipherFault::Altered);
        }
        if header[1..9] != self.name.0 {
            return Err(CipherFault::OtherSecret);
        }
        let (key, aad) = self.key(&header, address)?;
        let mut frame = Zeroizing::new(Vec::with_capacity(FRAME + TAG));
        let mut next = Zeroizing::new(Vec::with_capacity(FRAME + TAG));
        read_frame(record, FRAME + TAG, &mut frame)?;
        for number in 0_u32.. {
            read_frame(record, FRAME + TAG, &mut next)?;
            let last = next.is_empty();
            let opened = key
                .open_in_place(nonce(number, last), Aad::from(&aad), &mut frame)
                .map_err(|_| CipherFault::Altered)?;
            content.write_all(opened)?;
            if last {
                break;
            }
            std::mem::swap(&mut frame, &mut next);
        }
        Ok(())
    }

    fn key(
        &self,
        header: &[u8; HEADER],
        address: RecordAddress<'_>,
    ) -> Result<(LessSafeKey, Vec<u8>), CipherFault> {
        let key = Salt::new(HKDF_SHA256, &header[9..])
            .extract(self.secret.expose())
            .expand(&[DOMAIN], &AES_256_GCM)
            .map(UnboundKey::from)
            .map_err(|_| CipherFault::Altered)?;
        let mut aad = header.to_vec();
        address.write_to(&mut aad);
        Ok((LessSafeKey::new(key), aad))
    }
}

/// The nonce: number of the frame, and whether it is the last. Unique under one key.
fn nonce(number: u32, last: bool) -> Nonce {
    let mut bytes = [0; 12];
    bytes[7..11].copy_from_slice(&number.to_be_bytes());
    bytes[11] = u8::from(last);
    Nonce::assume_unique_for_key(bytes)
}

/// Reads up to `most` bytes; fewer only at the end of the stream.
fn read_frame(from: &mut impl Read, most: usize, into: &mut Vec<u8>) -> io::Result<()> {
    into.clear();
    from.take(most as u64).read_to_end(into).map(|_| ())
}

fn cut(error: io::Error) -> CipherFault {
    match error.kind() {
        ErrorKind::UnexpectedEof => CipherFault::Altered,
        _ => CipherFault::Io(error),
    }
}

#[cfg(test)]
mod tests;
