//! Activations: repetitions, and when their rows are deleted.

use crate::activation::Beginning;
use chrono::TimeDelta;
use protocol::{activation::Language, environment::Timestamp, ids::Sha256Hash};

/// A row is kept for so many days after its end, so that a late try still learns how it ended.
pub const OVER_DAYS: i64 = 7;

/// What an activation was begun with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunWith {
    /// The key that asked, as a point.
    pub device_key: Vec<u8>,
    /// SHA-256 of the front picture.
    pub front: Sha256Hash,
    /// Keyed hash of the canonical address.
    pub mail_tag: [u8; 32],
    /// The notice that was accepted.
    pub notice_version: String,
    /// The language of its mails.
    pub language: Language,
}

impl BegunWith {
    /// Whether this beginning is the same one, sent again.
    pub fn is_repeated_by(&self, new: &Beginning) -> bool {
        self.device_key == new.device_key.point()
            && self.front == new.front
            && self.mail_tag == new.mail_tag
            && self.notice_version == new.notice_version
            && self.language == new.language
    }
}

/// Rows that ended at this moment or earlier are deleted.
pub fn deleted_before(now: Timestamp) -> Timestamp {
    now - TimeDelta::days(OVER_DAYS)
}
