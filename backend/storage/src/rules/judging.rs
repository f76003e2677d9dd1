//! Judging: how long an apoyo waits after a fault that is not its own, and when a person takes it.

use protocol::environment::Timestamp;

/// The pauses after the first, the second, ... failure, in seconds.
const PAUSES_S: [i64; 5] = [10, 60, 300, 1_800, 7_200];
/// The pause of one that cannot even be given to a person, because its row cannot be written.
const LONGEST_S: i64 = 86_400;

/// What comes after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// It is judged again at this moment.
    Again(Timestamp),
    /// No more tries: a person reviews it.
    ForAPerson,
}

/// What comes after so many failures of one apoyo, this one included.
pub fn after(failures: u32, now: Timestamp) -> AfterFailure {
    let pause = usize::try_from(failures.saturating_sub(1))
        .ok()
        .and_then(|number| PAUSES_S.get(number));
    match pause {
        Some(seconds) => AfterFailure::Again(now + chrono::TimeDelta::seconds(*seconds)),
        None => AfterFailure::ForAPerson,
    }
}

/// When one that could not be given to a person is tried again.
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
