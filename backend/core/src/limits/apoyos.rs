//! The limit of apoyos of one phone in a day, far above those of a family. Days are those of central
//! Mexico, as in review sampling.

use super::{Limited, seconds_until};
use protocol::{environment::Timestamp, ids::DeviceId};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use storage::rules::review::{day_of, first_moment};

/// The number of apoyos of each phone on the current day.
#[derive(Debug)]
pub struct ApoyosOfDay {
    most: u32,
    given: Mutex<(i64, HashMap<DeviceId, u32>)>,
}

impl ApoyosOfDay {
    /// Allows this many to each phone.
    pub fn of(most: u32) -> Self {
        Self {
            most,
            given: Mutex::default(),
        }
    }

    /// The counts of the day of `now`; those of other days are dropped.
    fn of_day(&self, now: Timestamp) -> MutexGuard<'_, (i64, HashMap<DeviceId, u32>)> {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let day = day_of(now);
        // A request that began right before midnight counts for the new day.
        let is_late = day + 1 == given.0;
        if given.0 != day && !is_late {
            *given = (day, HashMap::new());
        }
        given
    }

    /// Counts one, or returns when the next day begins.
    pub fn take(&self, device: DeviceId, now: Timestamp) -> Result<(), Limited> {
        let mut given = self.of_day(now);
        let count = given.1.entry(device).or_default();
        if *count >= self.most {
            let after_s = seconds_until(now, first_moment(day_of(now) + 1));
            return Err(Limited::TooMany { after_s });
        }
        *count += 1;
        Ok(())
    }

    /// Gives the last one back.
    pub fn give_back(&self, device: DeviceId, now: Timestamp) {
        if let Some(count) = self.of_day(now).1.get_mut(&device) {
            *count = count.saturating_sub(1);
        }
    }

    /// Adds the counts of this day from before the last stop.
    pub fn recall(&self, given: Vec<(DeviceId, u32)>, now: Timestamp) {
        let mut of_day = self.of_day(now);
        for (device, count) in given {
            *of_day.1.entry(device).or_default() += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};

    #[test]
    fn a_phone_gives_so_many_on_a_day_and_again_on_the_next() {
        let limit = ApoyosOfDay::of(2);
        let now = DateTime::from_timestamp_millis(1_800_000_000_000).unwrap();
        let busy = DeviceId::from_bytes([1; 16]);
        limit.recall(vec![(busy, 1)], now);
        limit.take(busy, now).unwrap();
        let Err(Limited::TooMany { after_s }) = limit.take(busy, now) else {
            panic!("a third one");
        };
        assert!((1..=86_400).contains(&after_s), "{after_s}");
        assert!(limit.take(DeviceId::from_bytes([2; 16]), now).is_ok());
        limit.give_back(busy, now);
        limit.take(busy, now).unwrap();
        let next = now + TimeDelta::seconds(i64::from(after_s));
        assert!(limit.take(busy, next).is_ok());
        // A late request of the day before must not drop the counts of the new day.
        assert!(limit.take(busy, now).is_ok());
        assert!(limit.take(busy, next).is_err());
    }
}
