//! Tries of a mailed code.

use crate::activation::{ActivationStage, CodeTry, Tried};
use protocol::{environment::Timestamp, ids::Sha256Hash};

/// The state of an activation with its secret: decides what a try of the code is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLock {
    /// The stage of the activation.
    pub stage: ActivationStage,
    /// Keyed hash of the code that opens it.
    pub code_hash: [u8; 32],
    /// When the code expires.
    pub expires_at: Timestamp,
    /// The last wrong try and the keyed hash that it carried.
    pub last_wrong: Option<(Sha256Hash, [u8; 32])>,
}

impl CodeLock {
    /// Decides one try. The fifth wrong code is answered with no tries left and ends the
    /// activation. A try that is repeated because its answer was lost gets the same answer
    /// and does not cost another try.
    #[must_use]
    pub fn try_code(mut self, code_try: &CodeTry) -> (Self, Tried) {
        let this_try = (code_try.attempt, code_try.code_hash);
        let tried = match self.stage {
            ActivationStage::Completed { device, attempt } if attempt == code_try.attempt => {
                Tried::Completed(device)
            }
            ActivationStage::Completed { .. } => Tried::Used,
            ActivationStage::Exhausted if self.last_wrong == Some(this_try) => {
                Tried::Wrong { tries_left: 0 }
            }
            ActivationStage::Exhausted => Tried::Exhausted,
            ActivationStage::Begun { tries_left } if self.last_wrong == Some(this_try) => {
                Tried::Wrong { tries_left }
            }
            ActivationStage::Begun { .. } if code_try.now >= self.expires_at => Tried::Expired,
            // Both are keyed hashes: the time that the comparison takes says nothing about the code.
            ActivationStage::Begun { .. } if code_try.code_hash == self.code_hash => {
                self.stage = ActivationStage::Completed {
                    device: code_try.device,
                    attempt: code_try.attempt,
                };
                Tried::Completed(code_try.device)
            }
            ActivationStage::Begun { tries_left } => {
                let tries_left = tries_left.saturating_sub(1);
                self.last_wrong = Some(this_try);
                self.stage = match tries_left {
                    0 => ActivationStage::Exhausted,
                    tries_left => ActivationStage::Begun { tries_left },
                };
                Tried::Wrong { tries_left }
            }
        };
        (self, tried)
    }

    /// Whether a code can still complete the activation.
    pub fn is_under_way(&self, now: Timestamp) -> bool {
        matches!(self.stage, ActivationStage::Begun { .. }) && now < self.expires_at
    }

    /// Whether a new code may be mailed now.
    pub fn may_renew(&self, resend_at: Timestamp, now: Timestamp) -> bool {
        self.is_under_way(now) && now >= resend_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};
    use protocol::{activation::CODE_TRIES, ids::DeviceId};

    const RIGHT: [u8; 32] = [1; 32];
    const WRONG: [u8; 32] = [2; 32];

    fn begun() -> CodeLock {
        CodeLock {
            stage: ActivationStage::Begun {
                tries_left: CODE_TRIES,
            },
            code_hash: RIGHT,
            expires_at: DateTime::UNIX_EPOCH + TimeDelta::hours(24),
            last_wrong: None,
        }
    }

    fn guess(code_hash: [u8; 32], attempt: u8, hour: i64) -> CodeTry {
        CodeTry {
            code_hash,
            attempt: Sha256Hash::of(&[attempt]),
            device: DeviceId::from_bytes([attempt; 16]),
            now: DateTime::UNIX_EPOCH + TimeDelta::hours(hour),
        }
    }

    #[test]
    fn every_wrong_code_costs_one_try_and_its_repetition_none() {
        let mut lock = begun();
        for left in (0..CODE_TRIES).rev() {
            for _ in 0..2 {
                let tried;
                (lock, tried) = lock.try_code(&guess(WRONG, left, 1));
                assert_eq!(tried, Tried::Wrong { tries_left: left });
            }
        }
        let (lock, tried) = lock.try_code(&guess(RIGHT, 9, 1));
        assert_eq!(tried, Tried::Exhausted);
        assert!(!lock.is_under_way(guess(RIGHT, 9, 1).now));
    }

    #[test]
    fn the_right_code_opens_once_and_only_in_time() {
        let (late, tried) = begun().try_code(&guess(RIGHT, 1, 24));
        assert_eq!((late, tried), (begun(), Tried::Expired));
        let (open, tried) = begun().try_code(&guess(RIGHT, 1, 23));
        let device = DeviceId::from_bytes([1; 16]);
        assert_eq!(tried, Tried::Completed(device));
        let (open, again) = open.try_code(&guess(RIGHT, 1, 99));
        assert_eq!(again, Tried::Completed(device), "its answer was lost");
        assert_eq!(open.try_code(&guess(RIGHT, 2, 1)).1, Tried::Used);
    }

    #[test]
    fn a_new_code_is_mailed_after_the_pause_and_before_the_end() {
        let at = |hour| guess(RIGHT, 1, hour).now;
        assert!(!begun().may_renew(at(2), at(1)));
        assert!(begun().may_renew(at(2), at(2)));
        assert!(!begun().may_renew(at(2), at(24)));
    }
}
