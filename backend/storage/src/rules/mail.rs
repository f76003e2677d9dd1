//! Mails: how many an address gets, and what is known of one.

use crate::mail::{Bounced, MailAllowance};
use chrono::TimeDelta;
use protocol::{activation::MailFate, environment::Timestamp};

/// The relay's answers can be long; their beginning says what is wrong.
const ERROR_CHARS: usize = 300;
/// The longest window of an allowance, in hours.
const LONGEST_HOURS: i64 = 24;

/// The state of a mail in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It waits for the relay.
    Waiting,
    /// The relay has taken it.
    Sent,
    /// It will not be sent.
    GivenUp,
}

impl MailState {
    /// Its word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            MailState::Waiting => "waiting",
            MailState::Sent => "sent",
            MailState::GivenUp => "given_up",
        }
    }

    /// The state with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::GivenUp]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// The newest mails of an address that [`free_at`] needs: those queued after the moment, at
/// most so many.
pub fn recent(allowance: MailAllowance, now: Timestamp) -> (Timestamp, u32) {
    let most = allowance.per_hour.max(allowance.per_day).max(1);
    (now - TimeDelta::hours(LONGEST_HOURS), most)
}

/// When an address may get another mail; `None`: now. `queued`: when its mails were queued,
/// newest first (see [`recent`]).
pub fn free_at(
    queued: &[Timestamp],
    allowance: MailAllowance,
    now: Timestamp,
) -> Option<Timestamp> {
    let windows = [
        (TimeDelta::hours(1), allowance.per_hour),
        (TimeDelta::hours(LONGEST_HOURS), allowance.per_day),
    ];
    let ends = windows.into_iter().filter_map(|(window, most)| {
        // The oldest mail that fills the window: when it has left, there is room again.
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let oldest = queued.get(most.saturating_sub(1))?;
        (*oldest > now - window).then(|| *oldest + window)
    });
    ends.max()
}

/// What a report that a mail came back changes: the first one is noted. `known`: whether there
/// is such a mail, and whether a report of it was noted before.
pub fn bounce(known: Option<bool>) -> Bounced {
    match known {
        None => Bounced::Unknown,
        Some(true) => Bounced::Again,
        Some(false) => Bounced::Noted,
    }
}

/// What is known of a mail.
pub fn fate(state: MailState, has_bounced: bool) -> MailFate {
    match state {
        _ if has_bounced => MailFate::Bounced,
        MailState::Waiting => MailFate::Waiting,
        MailState::Sent => MailFate::Sent,
        MailState::GivenUp => MailFate::Refused,
    }
}

/// The part of a relay's answer that is kept.
pub fn shortened(error: &str) -> String {
    error.chars().take(ERROR_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn minute(minutes: i64) -> Timestamp {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn an_address_is_free_again_when_the_fullest_window_has_room() {
        let allowance = MailAllowance {
            per_hour: 2,
            per_day: 3,
        };
        let free = |queued: &[i64], now| {
            let queued: Vec<_> = queued.iter().map(|at| minute(*at)).collect();
            free_at(&queued, allowance, minute(now))
        };
        assert_eq!(free(&[], 0), None);
        assert_eq!(free(&[10], 20), None);
        assert_eq!(free(&[20, 10], 30), Some(minute(70)), "two in an hour");
        assert_eq!(free(&[20, 10], 70), None, "the first has left the hour");
        let day = 24 * 60;
        assert_eq!(free(&[200, 100, 10], 300), Some(minute(10 + day)));
        assert_eq!(free(&[200, 100, 10], 10 + day), None);
        let (after, most) = recent(allowance, minute(day));
        assert_eq!((after, most), (minute(0), 3));
    }

    #[test]
    fn an_allowance_of_none_is_an_allowance_of_one() {
        let none = MailAllowance {
            per_hour: 0,
            per_day: 0,
        };
        assert_eq!(free_at(&[], none, minute(1)), None);
        let day = 24 * 60;
        assert_eq!(free_at(&[minute(0)], none, minute(1)), Some(minute(day)));
        assert_eq!(recent(none, minute(day)).1, 1);
    }
}
