//! Exponential backoff: growing pauses between tries.

use protocol::environment::Entropy;

/// The pause after the first failure, in milliseconds.
const FIRST_MS: i64 = 5_000;
/// Longest pause, in milliseconds.
pub(crate) const LONGEST_MS: i64 = 15 * 60_000;
/// The same while the server refuses for a reason that passes by itself.
pub(crate) const PATIENT_MS: i64 = 60 * 60_000;

/// The pause after `tries` failures, doubling from 5 s to `longest_ms`. Jitter: the second half is
/// random, so that phones that lost the same server do not return together. It is at least as long
/// as the server asked for, up to one hour.
pub(crate) fn pause_ms(
    tries: u32,
    asked_s: Option<u32>,
    longest_ms: i64,
    entropy: &dyn Entropy,
) -> i64 {
    let whole = FIRST_MS
        .saturating_mul(1 << tries.saturating_sub(1).min(20))
        .min(longest_ms);
    let mut bytes = [0; 4];
    entropy.fill(&mut bytes);
    let chance = i64::from(u32::from_be_bytes(bytes));
    let own = whole / 2 + (whole / 2) * chance / i64::from(u32::MAX);
    let asked = i64::from(asked_s.unwrap_or(0).min(3_600)) * 1_000;
    own.max(asked)
}

/// Whether an entry may be tried at `now_ms`. If the clock was set back, the entry must not wait for
/// years: a pause that is longer than the longest one counts as over.
pub(crate) fn is_due(now_ms: i64, next_try_at_ms: i64) -> bool {
    let left = next_try_at_ms - now_ms;
    left <= 0 || left > 3_600_000
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Always(u8);
    impl Entropy for Always {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn pause_ms(tries: u32, asked_s: Option<u32>, entropy: &dyn Entropy) -> i64 {
        super::pause_ms(tries, asked_s, LONGEST_MS, entropy)
    }

    #[test]
    fn pauses_double_from_five_seconds_to_fifteen_minutes() {
        let longest: Vec<i64> = (1..=10).map(|n| pause_ms(n, None, &Always(255))).collect();
        assert_eq!(
            longest,
            [
                5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000, 900_000, 900_000
            ]
        );
        assert_eq!(pause_ms(1, None, &Always(0)), 2_500);
        assert_eq!(pause_ms(u32::MAX, None, &Always(255)), LONGEST_MS);
    }

    #[test]
    fn the_server_may_ask_for_more_but_not_for_forever() {
        assert_eq!(pause_ms(1, Some(60), &Always(255)), 60_000);
        assert_eq!(pause_ms(1, Some(1), &Always(255)), 5_000);
        assert_eq!(pause_ms(1, Some(u32::MAX), &Always(255)), 3_600_000);
    }

    #[test]
    fn a_clock_set_back_by_years_keeps_nothing_waiting() {
        assert!(is_due(10, 10));
        assert!(!is_due(10, 11));
        assert!(is_due(0, 365 * 24 * 3_600_000));
    }
}
