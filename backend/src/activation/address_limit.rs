//! Nobody's mailbox is flooded with codes: so many mails per address and day, whoever asks.
//!
//! Kept in memory under the address's keyed hash: a restart forgets it, which at worst sends
//! a few mails more.

use crate::{activation::seconds_until, http::problem::Refusal};
use chrono::TimeDelta;
use protocol::{code::Code, environment::Timestamp};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

/// More addresses than this are not remembered; the oldest entries go first.
const MOST_ADDRESSES: usize = 200_000;

/// Mails of the last day by address.
#[derive(Debug)]
pub struct AddressLimit {
    per_day: usize,
    sent: Mutex<HashMap<[u8; 32], VecDeque<Timestamp>>>,
}

impl AddressLimit {
    /// So many in any 24 hours.
    pub fn per_day(mails: u32) -> Self {
        Self {
            per_day: mails as usize,
            sent: Mutex::default(),
        }
    }

    /// Takes one of the address's mails, or says when there will be one again.
    pub fn take(&self, address: [u8; 32], now: Timestamp) -> Result<(), Refusal> {
        let day = TimeDelta::days(1);
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.len() >= MOST_ADDRESSES && !sent.contains_key(&address) {
            sent.retain(|_, times| times.back().is_some_and(|last| *last > now - day));
            if sent.len() >= MOST_ADDRESSES {
                sent.clear();
            }
        }
        let times = sent.entry(address).or_default();
        while times.front().is_some_and(|first| *first <= now - day) {
            times.pop_front();
        }
        if times.len() < self.per_day {
            times.push_back(now);
            return Ok(());
        }
        let free_at = times.front().map_or(now + day, |first| *first + day);
        Err(Refusal::after(
            Code::TooManyRequests,
            seconds_until(now, free_at).max(1),
        ))
    }

    /// Gives the last one back: it was not needed after all.
    pub fn give_back(&self, address: [u8; 32]) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(times) = sent.get_mut(&address) {
            times.pop_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_cannot_flood_roberta_and_she_gets_mail_again_the_next_day() {
        let limit = AddressLimit::per_day(2);
        let now = chrono::DateTime::from_timestamp_millis(1_800_000_000_000).unwrap();
        let roberta = [1; 32];
        assert!(limit.take(roberta, now).is_ok());
        assert!(limit.take(roberta, now).is_ok());
        let refused = limit.take(roberta, now).unwrap_err();
        assert_eq!(refused.code(), Code::TooManyRequests);
        assert!(limit.take([2; 32], now).is_ok(), "others are not concerned");
        assert!(limit.take(roberta, now + TimeDelta::days(1)).is_ok());
    }
}
