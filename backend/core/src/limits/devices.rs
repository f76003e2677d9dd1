//! So many in any 24 hours, exactly: for keys of which each is used a few times only.

use super::{Limited, seconds_until};
use chrono::TimeDelta;
use protocol::environment::Timestamp;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

/// More keys than this are not remembered; the oldest entries go first.
const MOST_KEYS: usize = 200_000;

/// What each key did in the last day.
#[derive(Debug)]
pub struct PerDay {
    most: usize,
    done: Mutex<HashMap<[u8; 32], VecDeque<Timestamp>>>,
}

impl PerDay {
    /// So many in any 24 hours.
    pub fn of(most: u32) -> Self {
        Self {
            most: most as usize,
            done: Mutex::default(),
        }
    }

    /// Takes one of the key's, or says when there will be one again.
    pub fn take(&self, key: [u8; 32], now: Timestamp) -> Result<(), Limited> {
        let day = TimeDelta::days(1);
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        if done.len() >= MOST_KEYS && !done.contains_key(&key) {
            done.retain(|_, times| times.back().is_some_and(|last| *last > now - day));
            if done.len() >= MOST_KEYS {
                done.clear();
            }
        }
        let times = done.entry(key).or_default();
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

    /// Gives the last one back: it was not needed after all.
    pub fn give_back(&self, key: [u8; 32]) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(times) = done.get_mut(&key) {
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
}
