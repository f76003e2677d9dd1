//! Review sampling: which apoyos reviewers see first.

use crate::sampling::Signals;
use protocol::environment::Timestamp;

/// A day, and how far central Mexico is behind UTC, in milliseconds.
const DAY: i64 = 86_400_000;
const BEHIND_UTC: i64 = 6 * 3_600_000;
/// The count of a phone is kept for so many days after the day itself.
const KEPT_DAYS: i64 = 7;

/// Why an apoyo is reviewed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It was picked at random.
    Sampled,
    /// Its phone gave more than its quota on that day.
    PhoneQuota,
}

impl Why {
    /// Its word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::Sampled => "sampled",
            Why::PhoneQuota => "phone_quota",
        }
    }
}

/// The day of a moment in central Mexico, counted from 1970.
pub fn day_of(moment: Timestamp) -> i64 {
    (moment.timestamp_millis() - BEHIND_UTC).div_euclid(DAY)
}

/// The first moment of a day of central Mexico; the beginning of 1970 for days that no calendar has.
pub fn first_moment(day: i64) -> Timestamp {
    let millis = day.saturating_mul(DAY).saturating_add(BEHIND_UTC);
    Timestamp::from_timestamp_millis(millis).unwrap_or_default()
}

/// Counts of earlier days than this are deleted.
pub fn deleted_before(now: Timestamp) -> i64 {
    day_of(now) - KEPT_DAYS
}

/// Why an apoyo is reviewed first, if it is: `given` is how many its phone gave on that day,
/// this one included.
pub fn why(given: u64, signals: Signals) -> impl Iterator<Item = Why> {
    let sampled = signals.sampled.then_some(Why::Sampled);
    let beyond = given > u64::from(signals.phone_quota);
    sampled.into_iter().chain(beyond.then_some(Why::PhoneQuota))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_of_central_mexico() {
        let day = |text: &str| day_of(text.parse().unwrap());
        assert_eq!(day("2027-03-02T05:59:59.999Z"), day("2027-03-01T06:00:00Z"));
        assert_eq!(day("2027-03-02T06:00:00Z"), day("2027-03-01T06:00:00Z") + 1);
        assert_eq!(day("1970-01-01T00:00:00Z"), -1);
    }

    #[test]
    fn an_apoyo_may_be_sampled_and_beyond_its_phones_quota() {
        let signals = |sampled| Signals {
            sampled,
            phone_quota: 2,
        };
        assert_eq!(why(2, signals(false)).count(), 0);
        let both: Vec<_> = why(3, signals(true)).collect();
        assert_eq!(both, [Why::Sampled, Why::PhoneQuota]);
    }
}
