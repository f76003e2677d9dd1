//! What goes wrong with the disk while it is in use.

use crate::tree::Number;
use std::{collections::BTreeSet, ffi::OsStr};

/// What a change of the disk is, for the count and for the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Bytes, a name or a length: it needs room.
    Takes,
    /// A name is taken away.
    Frees,
    /// Something becomes durable.
    Flush,
}

/// Why a change is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The disk is dead, or this flush fails.
    Broken,
    /// There is no room.
    Full,
}

/// The disk's state, and the count of what was done to it.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// Nothing is answered but errors.
    pub dead: bool,
    /// Nothing that needs room is done.
    pub full: bool,
    /// The next flush fails, and what it should have made durable is lost with the power.
    pub flush_fails: bool,
    dies_at: Option<(u64, bool)>,
    changes: u64,
    trace: u64,
    /// Files that the kernel writes when it likes (memory that programs share).
    unsteady: BTreeSet<Number>,
}

impl Faults {
    /// Those of a copy of the disk: nothing is wrong with it.
    pub fn of_copy(&self) -> Self {
        Self {
            unsteady: self.unsteady.clone(),
            ..Self::default()
        }
    }

    /// It dies with its nth change from now: with `done` right after it, else right before it.
    pub fn die_at(&mut self, nth: u64, done: bool) {
        self.dies_at = Some((self.changes + nth.max(1), done));
    }

    /// Changes so far.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// A number that depends on each change and its place, and not on the bytes.
    pub fn trace(&self) -> u64 {
        self.trace
    }

    /// A file was made. That of SQLite's shared memory is mapped: the kernel writes it at moments
    /// of its own, so it is not counted. A dead disk does not refuse it either: touching mapped
    /// memory that cannot be read ends the program by a signal, and the program is the test.
    pub fn made(&mut self, number: Number, name: &OsStr) {
        if name.to_string_lossy().ends_with("-shm") {
            self.unsteady.insert(number);
        }
    }

    /// Whether this file is read.
    pub fn read(&self, of: Number) -> Result<(), Refused> {
        match self.dead && !self.unsteady.contains(&of) {
            true => Err(Refused::Broken),
            false => Ok(()),
        }
    }

    /// Whether this change is made. `Ok(false)`: it is made, and its answer is an error, because
    /// the disk died of it.
    pub fn change(&mut self, of: Number, change: Change, place: u64) -> Result<bool, Refused> {
        self.read(of)?;
        if self.unsteady.contains(&of) {
            return Ok(true);
        }
        self.changes += 1;
        self.trace = (self.trace ^ of ^ (place << 20) ^ ((change as u64) << 60))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(23);
        if let Some((at, done)) = self.dies_at
            && self.changes >= at
        {
            self.dead = true;
            return match done {
                true => Ok(false),
                false => Err(Refused::Broken),
            };
        }
        if change == Change::Flush && std::mem::take(&mut self.flush_fails) {
            return Err(Refused::Broken);
        }
        if change == Change::Takes && self.full {
            return Err(Refused::Full);
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_dies_at_the_change_that_was_named_before_or_after_it() {
        for done in [true, false] {
            let mut faults = Faults::default();
            assert_eq!(faults.change(7, Change::Takes, 0), Ok(true));
            faults.made(8, OsStr::new("apoyo.db-shm"));
            faults.die_at(2, done);
            assert_eq!(faults.change(7, Change::Flush, 0), Ok(true));
            assert_eq!(faults.change(8, Change::Takes, 0), Ok(true), "not counted");
            let last = faults.change(7, Change::Frees, 0);
            assert_eq!(
                last,
                if done {
                    Ok(false)
                } else {
                    Err(Refused::Broken)
                }
            );
            assert!(faults.dead && faults.read(7).is_err());
            assert_eq!(faults.change(7, Change::Takes, 0), Err(Refused::Broken));
            assert_eq!(faults.change(8, Change::Takes, 0), Ok(true));
        }
    }

    #[test]
    fn a_full_disk_still_frees_and_flushes_and_one_flush_fails() {
        let mut faults = Faults {
            full: true,
            flush_fails: true,
            ..Faults::default()
        };
        assert_eq!(faults.change(7, Change::Takes, 0), Err(Refused::Full));
        assert_eq!(faults.change(7, Change::Frees, 0), Ok(true));
        assert_eq!(faults.change(7, Change::Flush, 0), Err(Refused::Broken));
        assert_eq!(faults.change(7, Change::Flush, 0), Ok(true));
    }
}
