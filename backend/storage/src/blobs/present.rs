//! Which pictures have come in, known without asking the disk.

use bytes::Bytes;
use protocol::ids::Sha256Hash;
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How much of the beginning of each picture is remembered: what tells from outside what it is.
/// Asked for with each apoyo, for pictures that came in a moment ago.
pub(super) const BEGINNING: usize = 256;

/// What is known of a picture that has come in.
#[derive(Debug, Clone)]
pub(super) struct Arrived {
    /// Its length in bytes.
    pub length: u64,
    /// Its first [`BEGINNING`] bytes; all of a shorter one.
    pub beginning: Bytes,
}

impl Arrived {
    /// Its first `limit` bytes, if that many are remembered.
    fn first(&self, limit: u64) -> Option<Bytes> {
        let wanted = usize::try_from(limit.min(self.length)).ok()?;
        (wanted <= self.beginning.len()).then(|| self.beginning.slice(..wanted))
    }
}

/// Pictures under `incoming/` that this process has put there, and those that rows name.
#[derive(Debug, Default)]
pub(super) struct Present(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    arrived: HashMap<Sha256Hash, Arrived>,
    /// Being put in its place right now: only one upload of a picture does that.
    finishing: HashSet<Sha256Hash>,
    /// A row names it or is about to.
    held: HashSet<Sha256Hash>,
}

impl Present {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The length of a picture that has come in.
    pub(super) fn length(&self, name: Sha256Hash) -> Option<u64> {
        Some(self.known().arrived.get(&name)?.length)
    }

    /// The length of a picture that has come in, and its first `limit` bytes.
    pub(super) fn beginning(&self, name: Sha256Hash, limit: u64) -> Option<(u64, Bytes)> {
        let known = self.known();
        let arrived = known.arrived.get(&name)?;
        Some((arrived.length, arrived.first(limit)?))
    }

    /// Puts a picture in its place with `place`, unless another upload has done it or is doing
    /// it: what has come in may be durable already and named by a row, and must not be replaced by
    /// bytes that are not.
    pub(super) fn put_once<E>(
        &self,
        name: Sha256Hash,
        arrived: Arrived,
        place: impl FnOnce() -> Result<bool, E>,
    ) -> Result<bool, E> {
        {
            let mut known = self.known();
            if known.arrived.contains_key(&name) || !known.finishing.insert(name) {
                return Ok(false);
            }
        }
        let placed = place();
        let mut known = self.known();
        known.finishing.remove(&name);
        if matches!(placed, Ok(true)) {
            known.arrived.insert(name, arrived);
        }
        placed
    }

    /// From now on [`Self::remove`] leaves it.
    pub(super) fn hold(&self, name: Sha256Hash) {
        self.known().held.insert(name);
    }

    /// It turned out not to be there.
    pub(super) fn release(&self, name: Sha256Hash) {
        self.known().held.remove(&name);
    }

    /// It is among the kept ones now. Answers its length, if it came in since the start.
    pub(super) fn kept(&self, name: Sha256Hash) -> Option<u64> {
        let mut known = self.known();
        known.held.remove(&name);
        Some(known.arrived.remove(&name)?.length)
    }

    /// Removes it with `remove` unless it is held; locked until it is gone, so that no row comes
    /// to name it meanwhile.
    pub(super) fn remove<E>(
        &self,
        name: Sha256Hash,
        remove: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let mut known = self.known();
        if known.held.contains(&name) {
            return Ok(());
        }
        known.arrived.remove(&name);
        remove()
    }
}
