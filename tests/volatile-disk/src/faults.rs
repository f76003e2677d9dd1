//! Faults of the disk while it is in use.

use crate::tree::Number;
use std::{collections::BTreeSet, ffi::OsStr};

/// The kind of a change of the disk, for the count and for the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Bytes, a name or a length: it needs room.
    Takes,
    /// A name is removed.
    Frees,
    /// A flush.
    Flush,
}

/// Why a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The disk is dead, or this flush fails.
    Broken,
    /// There is no room.
    Full,
}

/// The disk's state, and the count of its changes.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// Every call fails.
    pub dead: bool,
    /// Every change that needs room fails.
    pub full: bool,
    /// The next flush fails, and its data are lost with the power.
    pub flush_fails: bool,
    dies_at: Option<(u64, bool)>,
    changes: u64,
    trace: u64,
    /// Files that the kernel writes at any moment (shared memory).
    unsteady: BTreeSet<Number>,
}

impl Faults {
    /// The faults of a copy of the disk: none.
    pub fn of_copy(&self) -> Self {
        Self {
            unsteady: self.unsteady.clone(),
            ..Self::default()
        }
    }

    /// Kills the disk at its nth change from now: with `done` right after it, otherwise right before it.
    pub fn die_at(&mut self, nth: u64, done: bool) {
        self.dies_at = Some((self.changes + nth.max(1), done));
    }

    /// Changes so far.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// A hash of the changes and their places, without the bytes.
    pub fn trace(&self) -> u64 {
        self.trace
    }

    /// Notes a new file. SQLite's shared memory is mapped, and the kernel writes it at any moment, so it is
    /// not counted. A dead disk does not refuse it either, because touching unreadable mapped memory would
    /// end the test's process by a signal.
    pub fn made(&mut self, number: Number, name: &OsStr) {
        if name.to_string_lossy().ends_with("-shm") {
            self.unsteady.insert(number);
        }
    }

    /// Whether this file can be read.
    pub fn read(&self, of: Number) -> Result<(), Refused> {
        match self.dead && !self.unsteady.contains(&of) {
            true => Err(Refused::Broken),
            false => Ok(()),
        }
    }

    /// Whether this change is made. `Ok(false)`: it is made, but its answer is an error, because the disk
    /// died right after it.
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
