//! The budget of each phone for parts without a receipt, in parts and in bytes. Beyond it the phone has
//! to finish its apoyos, or to wait until its parts are swept.
//!
//! The budgets are in memory. A job drains [`PartBudgets::changes`] and stores the parts that still have
//! no receipt some seconds later. So a restart does not clear the budgets, and taking in an apoyo needs no
//! further write.

use super::Limited;
use chrono::TimeDelta;
use protocol::{
    environment::Timestamp,
    ids::{DeviceId, Sha256Hash},
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};
use storage::limits::UnnamedPart;

/// The pause of a phone at its limit, after which its parts may have a receipt.
const PAUSE_S: u32 = 300;

/// The budget of one phone.
#[derive(Debug, Clone, Copy)]
pub struct Most {
    /// Parts.
    pub files: u32,
    /// Their bytes.
    pub bytes: u64,
}

#[derive(Debug, Default, Clone, Copy)]
struct Owed {
    files: u32,
    bytes: u64,
}

#[derive(Debug, Default)]
struct Books {
    parts: HashMap<Sha256Hash, UnnamedPart>,
    /// The parts of each phone, stored and on their way.
    phones: HashMap<DeviceId, Owed>,
    /// Bytes on their way, of all phones.
    coming: u64,
    /// New parts that are not recorded yet.
    fresh: HashSet<Sha256Hash>,
    /// Recorded parts.
    written: HashSet<Sha256Hash>,
    /// Recorded parts that got a receipt or were removed since.
    gone: Vec<Sha256Hash>,
}

impl Books {
    fn owes(&mut self, device: DeviceId, files: u32, bytes: u64) {
        let owed = self.phones.entry(device).or_default();
        owed.files += files;
        owed.bytes += bytes;
    }

    fn is_quit_of(&mut self, device: DeviceId, files: u32, bytes: u64) {
        if let Some(owed) = self.phones.get_mut(&device) {
            owed.files = owed.files.saturating_sub(files);
            owed.bytes = owed.bytes.saturating_sub(bytes);
            if owed.files == 0 {
                self.phones.remove(&device);
            }
        }
    }

    fn remove(&mut self, name: Sha256Hash) {
        let Some(part) = self.parts.remove(&name) else {
            return;
        };
        self.is_quit_of(part.device, 1, part.bytes);
        self.fresh.remove(&name);
        if self.written.remove(&name) {
            self.gone.push(name);
        }
    }

    fn insert(&mut self, part: UnnamedPart) {
        self.remove(part.sha256);
        self.owes(part.device, 1, part.bytes);
        self.parts.insert(part.sha256, part);
    }
}

/// The changes that the job has to record.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Parts still without a receipt.
    pub arrived: Vec<UnnamedPart>,
    /// Parts that no longer count.
    pub gone: Vec<Sha256Hash>,
}

/// The budgets of all phones.
#[derive(Debug)]
pub struct PartBudgets {
    most: Most,
    books: Mutex<Books>,
}

/// Room for one part on its way. Dropping it before the part has arrived gives the room back.
#[derive(Debug)]
pub struct Room<'b> {
    budgets: &'b PartBudgets,
    device: DeviceId,
    bytes: u64,
}

impl PartBudgets {
    /// Budgets of this size for each phone.
    pub fn of(most: Most) -> Self {
        Self {
            most,
            books: Mutex::default(),
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes room for a part of at most this many bytes.
    pub fn room(&self, device: DeviceId, bytes: u64) -> Result<Room<'_>, Limited> {
        let mut books = self.books();
        let owed = books.phones.get(&device).copied().unwrap_or_default();
        if owed.files >= self.most.files || owed.bytes.saturating_add(bytes) > self.most.bytes {
            return Err(Limited::TooMany { after_s: PAUSE_S });
        }
        books.owes(device, 1, bytes);
        books.coming += bytes;
        Ok(Room {
            budgets: self,
            device,
            bytes,
        })
    }

    /// Whether this phone has parts without a receipt, stored or on their way.
    pub fn has_begun(&self, device: DeviceId) -> bool {
        self.books().phones.contains_key(&device)
    }

    /// Bytes on their way, of all phones.
    pub fn coming(&self) -> u64 {
        self.books().coming
    }

    /// These parts have a receipt now and no longer count.
    pub fn named(&self, names: impl IntoIterator<Item = Sha256Hash>) {
        let mut books = self.books();
        for name in names {
            books.remove(name);
        }
    }

    /// The parts among `names` that count for this phone.
    pub fn owed_by(
        &self,
        device: DeviceId,
        names: impl IntoIterator<Item = Sha256Hash>,
    ) -> Vec<Sha256Hash> {
        let books = self.books();
        let own = |name: &Sha256Hash| {
            let part = books.parts.get(name);
            part.is_some_and(|part| part.device == device)
        };
        names.into_iter().filter(own).collect()
    }

    /// Parts from before this moment are swept and no longer count.
    pub fn forget_before(&self, older_than: Timestamp) {
        let mut books = self.books();
        let old = books
            .parts
            .values()
            .filter(|part| part.arrived_at < older_than);
        let old: Vec<_> = old.map(|part| part.sha256).collect();
        for name in old {
            books.remove(name);
        }
    }

    /// Restores the parts that were recorded before the last stop.
    pub fn recall(&self, parts: Vec<UnnamedPart>) {
        let mut books = self.books();
        for part in parts {
            books.insert(part);
            books.written.insert(part.sha256);
        }
    }

    /// Returns changes that could not be recorded.
    pub fn not_written(&self, changes: Changes) {
        let mut books = self.books();
        for part in changes.arrived {
            if books.written.remove(&part.sha256) {
                books.fresh.insert(part.sha256);
            }
        }
        books.gone.extend(changes.gone);
    }

    /// The changes since the last call from before `settled`. Most parts get a receipt within seconds and are
    /// never recorded.
    pub fn changes(&self, settled: Timestamp) -> Changes {
        let mut books = self.books();
        let books = &mut *books;
        let due = |name: &Sha256Hash| {
            let arrived_at = books.parts.get(name).map(|part| part.arrived_at);
            // Far in the future, because the clock was set back meanwhile.
            arrived_at.is_none_or(|at| at <= settled || at > settled + TimeDelta::hours(1))
        };
        let due: Vec<_> = books.fresh.iter().copied().filter(due).collect();
        let mut changes = Changes {
            gone: std::mem::take(&mut books.gone),
            ..Changes::default()
        };
        for name in due {
            books.fresh.remove(&name);
            if let Some(part) = books.parts.get(&name) {
                books.written.insert(name);
                changes.arrived.push(*part);
            }
        }
        // Removed and uploaded again between two calls.
        changes.gone.retain(|name| !books.written.contains(name));
        changes
    }
}

impl Room<'_> {
    /// The part has arrived, with this length.
    pub fn arrived(self, sha256: Sha256Hash, bytes: u64, now: Timestamp) {
        let part = UnnamedPart {
            sha256,
            device: self.device,
            bytes,
            arrived_at: now,
        };
        let mut books = self.budgets.books();
        books.insert(part);
        books.fresh.insert(sha256);
        // Dropping `self` gives the room back.
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        let mut books = self.budgets.books();
        books.is_quit_of(self.device, 1, self.bytes);
        books.coming = books.coming.saturating_sub(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    const LUPITA: DeviceId = DeviceId::from_bytes([1; 16]);
    const BETO: DeviceId = DeviceId::from_bytes([2; 16]);

    fn now() -> Timestamp {
        DateTime::from_timestamp_millis(1_800_000_000_000).unwrap()
    }

    fn name(number: u32) -> Sha256Hash {
        Sha256Hash::of(&number.to_be_bytes())
    }

    fn budgets() -> PartBudgets {
        PartBudgets::of(Most {
            files: 3,
            bytes: 1_000,
        })
    }

    #[test]
    fn a_phone_brings_so_many_parts_and_so_many_bytes_and_others_are_not_concerned() {
        let budgets = budgets();
        for number in 0..3 {
            let room = budgets.room(LUPITA, 300).unwrap();
            room.arrived(name(number), 100, now());
        }
        assert!(budgets.room(LUPITA, 1).is_err(), "three files");
        let room = budgets.room(BETO, 900).unwrap();
        assert!(budgets.room(BETO, 101).is_err(), "a thousand bytes");
        assert_eq!(budgets.coming(), 900);
        drop(room);
        assert_eq!(budgets.coming(), 0);
        assert!(budgets.room(BETO, 1_000).is_ok());
        budgets.named([name(0)]);
        assert!(budgets.room(LUPITA, 1).is_ok(), "a receipt names one");
        assert_eq!(budgets.owed_by(LUPITA, [name(0), name(1)]), [name(1)]);
        assert_eq!(budgets.owed_by(BETO, [name(1)]), []);
    }

    #[test]
    fn the_same_part_twice_is_owed_once() {
        let budgets = budgets();
        for _ in 0..9 {
            let room = budgets.room(LUPITA, 300).unwrap();
            room.arrived(name(1), 300, now());
        }
        assert!(budgets.room(LUPITA, 700).is_ok());
    }

    #[test]
    fn what_is_owed_for_seconds_is_written_down_and_recalled_and_swept() {
        let budgets = budgets();
        let later = now() + TimeDelta::seconds(10);
        for number in 0..3 {
            let room = budgets.room(LUPITA, 10).unwrap();
            room.arrived(name(number), 10, now());
        }
        assert_eq!(
            budgets.changes(now() - TimeDelta::seconds(1)),
            Changes::default()
        );
        budgets.named([name(0)]);
        let mut written = budgets.changes(later).arrived;
        written.sort_by_key(|part| part.sha256);
        assert_eq!(
            written.len(),
            2,
            "what was named meanwhile is never written"
        );
        budgets.named([name(1)]);
        assert_eq!(budgets.changes(later).gone, [name(1)]);
        assert_eq!(budgets.changes(later), Changes::default());

        let after = self::budgets();
        after.recall(written.clone());
        assert!(
            after.room(LUPITA, 990).is_err(),
            "a restart forgives nothing"
        );
        assert_eq!(after.changes(later), Changes::default());
        after.forget_before(now() + TimeDelta::milliseconds(1));
        assert!(after.room(LUPITA, 1_000).is_ok());
        assert_eq!(after.changes(later).gone.len(), 2);
    }
}
