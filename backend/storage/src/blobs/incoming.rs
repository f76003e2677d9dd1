//! A picture on its way into the folder `incoming/`.

use super::{
    disk_threads::DiskThreads,
    places::Places,
    present::{Arrived, BEGINNING},
    staged::Staged,
};
use bytes::Bytes;
use protocol::ids::Sha256Hash;
use sha2::{Digest, Sha256};
use std::io;

/// One upload: its state between two pieces. It is hashed and written on the disk threads only,
/// never on a thread that serves requests.
pub(super) struct Upload {
    name: Sha256Hash,
    hasher: Sha256,
    bytes: u64,
    beginning: Vec<u8>,
    /// The pieces that are written; `None` until a second piece comes.
    staged: Option<Staged>,
}

impl Upload {
    /// An upload of which no byte has come yet.
    pub(super) fn new(name: Sha256Hash) -> Self {
        Self {
            name,
            hasher: Sha256::new(),
            bytes: 0,
            beginning: Vec::new(),
            staged: None,
        }
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
        places: &Places,
        threads: &DiskThreads,
        chunks: &[Bytes],
    ) -> io::Result<()> {
        self.hash(chunks);
        let staged = match &mut self.staged {
            Some(staged) => staged,
            none => none.insert(Staged::create(places.upload(self.name), threads.clone())?),
        };
        staged.write(chunks)
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
        places: &Places,
        threads: &DiskThreads,
        last: &[Bytes],
    ) -> io::Result<()> {
        let mut staged = match self.staged.take() {
            Some(staged) => staged,
            None => Staged::create(places.upload(self.name), threads.clone())?,
        };
        staged.write(last)?;
        staged.place(&places.incoming(self.name))
    }
}
