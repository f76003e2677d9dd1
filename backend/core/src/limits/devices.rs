//! An exact limit per key in any 24 hours, for keys that are used a few times each.

use super::{Limited, seconds_until};
use chrono::TimeDelta;
use protocol::environment::Timestamp;
use quick_cache::unsync::Cache;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The most keys that are remembered. Beyond it a key that was seen once makes room for the next
/// one; a key that asks again and again stays, and so does its limit.
const MOST_KEYS: usize = 200_000;

type Times = Cache<[u8; 32], VecDeque<Timestamp>>;

/// The moments at which each key was used in the last day.
pub struct PerDay {
    most: usize,
    done: Mutex<Times>,
}

impl PerDay {
    /// Allows this many in any 24 hours.
    pub fn of(most: u32) -> Self {
        Self::remembering(most, MOST_KEYS)
    }

    fn remembering(most: u32, keys: usize) -> Self {
        Self {
            most: most as usize,
            done: Mutex::new(Cache::new(keys)),
        }
    }

    fn done(&self) -> MutexGuard<'_, Times> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one from the key's allowance, or tells when there will be one again.
    pub fn take(&self, key: [u8; 32], now: Timestamp) -> Result<(), Limited> {
        let day = TimeDelta::days(1);
        let mut done = self.done();
        let Some(mut times) = done.get_mut(&key) else {
            done.insert(key, VecDeque::from([now]));
            return Ok(());
        };
        while times.front().is_some_and(|first| *first <= now - day) {
            times.pop_front();
        }
        if times.len() < self.most {
            times.push_back(now);
            return Ok(());
        }
        let free_at = times.front().map_or(now + day, |first| *first + day);
        Err(Limited::TooMany {
            after_s: seconds_until(now, free_at).max(1),
        })
    }

    /// Gives the last one back because it was not needed.
    pub fn give_back(&self, key: [u8; 32]) {
        if let Some(mut times) = self.done().get_mut(&key) {
            times.pop_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_has_its_number_a_day_and_others_are_not_concerned() {
        let limit = PerDay::of(2);
        let now = chrono::DateTime::from_timestamp_millis(1_800_000_000_000).unwrap();
        let busy = [1; 32];
        assert!(limit.take(busy, now).is_ok());
        assert!(limit.take(busy, now).is_ok());
        let refused = limit.take(busy, now).unwrap_err();
        assert!(matches!(refused, Limited::TooMany { .. }));
        assert!(limit.take([2; 32], now).is_ok());
        limit.give_back(busy);
        assert!(limit.take(busy, now).is_ok());
        assert!(limit.take(busy, now + TimeDelta::days(1)).is_ok());
    }
    #[test]
    fn a_flood_of_invented_keys_does_not_free_a_key_that_is_at_its_limit() {
        let limit = PerDay::remembering(2, 100);
        let now = chrono::DateTime::from_timestamp_millis(1_800_000_000_000).unwrap();
        let busy = [255; 32];
        for _ in 0..3 {
            let _ = limit.take(busy, now);
        }
        for number in 0..10_000_u32 {
            let mut invented = [0; 32];
            invented[..4].copy_from_slice(&number.to_be_bytes());
            assert!(limit.take(invented, now).is_ok());
            assert!(limit.take(busy, now).is_err(), "after {number}");
        }
    }
}
