//! A file on its way through: its bytes are counted, for a progress bar, and hashed.

use aws_lc_rs::digest::{Context, SHA256};
use protocol::ids::Sha256Hash;
use std::io::{self, Read};

/// A reader that hashes what it reads.
pub struct Hashing<R, F> {
    source: R,
    progress: F,
    hash: Context,
}

impl<R: Read, F: FnMut(u64)> Hashing<R, F> {
    /// Reads `source`, and tells `progress` how many bytes came.
    pub fn new(source: R, progress: F) -> Self {
        Self {
            source,
            progress,
            hash: Context::new(&SHA256),
        }
    }

    /// SHA-256 of what was read.
    pub fn hash(self) -> Sha256Hash {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.hash.finish().as_ref());
        Sha256Hash::from_bytes(bytes)
    }
}

impl<R: Read, F: FnMut(u64)> Read for Hashing<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.hash.update(&buffer[..read]);
        (self.progress)(read as u64);
        Ok(read)
    }
}
