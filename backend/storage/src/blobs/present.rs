//! Which pictures came in a moment ago, known without asking the disk, and which are held.

use bytes::Bytes;
use protocol::ids::Sha256Hash;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How much of the beginning of each picture is remembered: enough to tell from outside what it
/// is. Asked for with each apoyo, for pictures that came in a moment ago.
pub(super) const BEGINNING: usize = 256;
/// The newest arrivals that are remembered: at least this many, at most twice as many (some
/// 13 MB). Earlier ones are looked up on the disk.
const REMEMBERED: usize = 16_384;

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

/// The newest arrivals in two generations: when the young one is full it becomes the old one,
/// and what was old is forgotten. So a stranger's uploads do not fill the memory.
#[derive(Debug, Default)]
struct Arrivals {
    young: HashMap<Sha256Hash, Arrived>,
    old: HashMap<Sha256Hash, Arrived>,
}

impl Arrivals {
    fn get(&self, name: Sha256Hash) -> Option<&Arrived> {
        self.young.get(&name).or_else(|| self.old.get(&name))
    }

    fn insert(&mut self, name: Sha256Hash, arrived: Arrived) {
        if self.young.len() >= REMEMBERED {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(name, arrived);
    }

    fn remove(&mut self, name: Sha256Hash) -> Option<Arrived> {
        let old = self.old.remove(&name);
        self.young.remove(&name).or(old)
    }
}

/// Pictures under `incoming/` that this process has put there, and those that are held.
#[derive(Debug, Default)]
pub(super) struct Present(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    arrived: Arrivals,
    /// Being put in their place right now: only one upload of a picture does that.
    finishing: HashSet<Sha256Hash>,
    /// How many rows that are not kept yet name it or are about to.
    held: HashMap<Sha256Hash, u32>,
}

/// Pictures that are held until this is dropped.
pub(super) struct Pin {
    present: Arc<Present>,
    names: Vec<Sha256Hash>,
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut known = self.present.known();
        for name in &self.names {
            if let Some(holders) = known.held.get_mut(name) {
                *holders -= 1;
                if *holders == 0 {
                    known.held.remove(name);
                }
            }
        }
    }
}

/// A picture that is being put in its place. Dropping it ends that, after a panic too.
struct Finishing<'a> {
    present: &'a Present,
    name: Sha256Hash,
}

impl Drop for Finishing<'_> {
    fn drop(&mut self) {
        self.present.known().finishing.remove(&self.name);
    }
}

impl Present {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The length of a picture that has come in.
    pub(super) fn length(&self, name: Sha256Hash) -> Option<u64> {
        Some(self.known().arrived.get(name)?.length)
    }

    /// The length of a picture that has come in, and its first `limit` bytes.
    pub(super) fn beginning(&self, name: Sha256Hash, limit: u64) -> Option<(u64, Bytes)> {
        let known = self.known();
        let arrived = known.arrived.get(name)?;
        Some((arrived.length, arrived.first(limit)?))
    }

    /// Puts a picture in its place with `place`, unless another upload has done it or is doing
    /// it: what has come in may be durable already and named by a row, and must not be replaced
    /// by bytes that are not. `place` looks at the disk too: earlier arrivals are forgotten.
    pub(super) fn put_once<E>(
        &self,
        name: Sha256Hash,
        arrived: Arrived,
        place: impl FnOnce() -> Result<bool, E>,
    ) -> Result<bool, E> {
        {
            let mut known = self.known();
            if known.arrived.get(name).is_some() || !known.finishing.insert(name) {
                return Ok(false);
            }
        }
        let finishing = Finishing {
            present: self,
            name,
        };
        let placed = place();
        if matches!(placed, Ok(true)) {
            self.known().arrived.insert(name, arrived);
        }
        drop(finishing);
        placed
    }

    /// Holds these, and answers the lengths of those that have come in.
    pub(super) fn hold(self: &Arc<Self>, names: &[Sha256Hash]) -> (Pin, Vec<Option<u64>>) {
        let mut known = self.known();
        let lengths = names.iter().map(|name| {
            *known.held.entry(*name).or_default() += 1;
            known.arrived.get(*name).map(|arrived| arrived.length)
        });
        let lengths = lengths.collect();
        let pin = Pin {
            present: Arc::clone(self),
            names: names.to_vec(),
        };
        (pin, lengths)
    }

    /// It is among the kept ones now. Answers its length, if it is remembered.
    pub(super) fn kept(&self, name: Sha256Hash) -> Option<u64> {
        Some(self.known().arrived.remove(name)?.length)
    }

    /// Whether a row is about to name it.
    pub(super) fn is_held(&self, name: Sha256Hash) -> bool {
        self.known().held.contains_key(&name)
    }

    /// Removes it with `remove` unless it is held; locked until it is gone, so that no row comes
    /// to name it meanwhile.
    pub(super) fn remove<T: Default, E>(
        &self,
        name: Sha256Hash,
        remove: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut known = self.known();
        if known.held.contains_key(&name) {
            return Ok(T::default());
        }
        known.arrived.remove(name);
        remove()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn name(number: usize) -> Sha256Hash {
        Sha256Hash::of(&number.to_be_bytes())
    }

    fn put(present: &Present, number: usize) -> bool {
        let arrived = Arrived {
            length: number as u64,
            beginning: Bytes::new(),
        };
        let placed = present.put_once(name(number), arrived, || Ok::<_, ()>(true));
        placed.unwrap()
    }

    #[test]
    fn a_strangers_uploads_push_out_old_arrivals_and_not_the_memory() {
        let present = Present::default();
        for number in 0..5 * REMEMBERED {
            assert!(put(&present, number));
            let known = present.known();
            assert!(known.arrived.young.len() + known.arrived.old.len() <= 2 * REMEMBERED);
        }
        assert_eq!(present.length(name(0)), None);
        let newest = 5 * REMEMBERED - 1;
        assert_eq!(present.length(name(newest)), Some(newest as u64));
        assert_eq!(present.kept(name(newest)), Some(newest as u64));
        assert_eq!(present.length(name(newest)), None);
    }

    #[test]
    fn a_placing_that_panics_leaves_nothing_that_is_said_to_be_there() {
        let present = Present::default();
        let arrived = Arrived {
            length: 1,
            beginning: Bytes::new(),
        };
        let placing = || present.put_once(name(1), arrived, || -> Result<bool, ()> { panic!() });
        assert!(catch_unwind(AssertUnwindSafe(placing)).is_err());
        assert!(put(&present, 1), "the next upload puts it in its place");
        assert!(!put(&present, 1));
    }

    #[test]
    fn a_picture_is_held_until_the_last_holder_lets_go() {
        let present = Arc::new(Present::default());
        assert!(put(&present, 7));
        let (first, lengths) = present.hold(&[name(7), name(8)]);
        assert_eq!(lengths, [Some(7), None]);
        let (second, _) = present.hold(&[name(7)]);
        let removed = || present.remove(name(7), || Ok::<_, ()>(true)).unwrap();
        drop(first);
        assert!(!removed());
        assert!(!present.is_held(name(8)));
        drop(second);
        assert!(removed());
        assert!(present.known().held.is_empty());
    }
}
