//! Judging: the pauses after a fault of the server, and when a person reviews the apoyo instead.

use protocol::environment::Timestamp;

/// The pauses after the first, the second, ... failure, in seconds.
const PAUSES_S: [i64; 5] = [10, 60, 300, 1_800, 7_200];
/// The pause of an apoyo whose row cannot be written, so that not even a person can get it.
const LONGEST_S: i64 = 86_400;

/// The next step after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// It is judged again at this moment.
    Again(Timestamp),
    /// No more tries: a person reviews it.
    ForAPerson,
}

/// The next step after this many failures of one apoyo.
pub fn after(failures: u32, now: Timestamp) -> AfterFailure {
    let pause = usize::try_from(failures.saturating_sub(1))
        .ok()
        .and_then(|number| PAUSES_S.get(number));
    match pause {
        Some(seconds) => AfterFailure::Again(now + chrono::TimeDelta::seconds(*seconds)),
        None => AfterFailure::ForAPerson,
    }
}

/// The next try of an apoyo that could not be given to a person.
pub fn much_later(now: Timestamp) -> Timestamp {
    now + chrono::TimeDelta::seconds(LONGEST_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_then_a_person_takes_it() {
        let now: Timestamp = "2027-03-01T12:00:00Z".parse().unwrap();
        let mut last = now;
        for failures in 1..=5 {
            let AfterFailure::Again(at) = after(failures, now) else {
                panic!("{failures} failures are too few for a person");
            };
            assert!(at > last, "pause {failures} is not longer");
            last = at;
        }
        assert_eq!(after(6, now), AfterFailure::ForAPerson);
        assert_eq!(after(u32::MAX, now), AfterFailure::ForAPerson);
    }
}
