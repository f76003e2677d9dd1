//! The operator's rules as plain values: which notices are in force, which domains are not mailed,
//! which apoyos are reviewed first. The door reads them from its configuration.

use protocol::attestation::Tier;
use std::time::Duration;
use storage::mail::MailAllowance;

/// The operator's rules.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The versions of the privacy notice that may be accepted; empty: any well-formed one.
    pub notices: Vec<String>,
    /// Domains that are not mailed, such as those of mailboxes that live ten minutes.
    pub blocked_domains: Vec<String>,
    /// Mails with a code that one address may get.
    pub mails_per_address: MailAllowance,
    /// Pictures that are opened at the same time to read their QR again.
    pub opened_at_once: usize,
    /// Which apoyos are reviewed first.
    pub review: ReviewRules,
    /// How long a tally is shown before it is asked whether it moved.
    pub tally_kept: Duration,
}

impl Rules {
    /// Whether consent under this version of the notice is accepted.
    pub fn accepts_notice(&self, version: &str) -> bool {
        self.notices.is_empty() || self.notices.iter().any(|known| known == version)
    }

    /// Whether this domain, or a domain that it belongs to, is not mailed.
    pub fn blocks(&self, domain: &str) -> bool {
        let domain = domain.trim_end_matches('.').to_lowercase();
        self.blocked_domains.iter().any(|blocked| {
            let blocked = blocked.to_lowercase();
            domain
                .strip_suffix(&blocked)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}

/// The form of a notice's version: the first 16 hexadecimal digits of its SHA-256.
pub fn is_notice_version(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// The rules of one tier of phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierReview {
    /// Apoyos of one phone on one day; further ones are counted like any other, and reviewed
    /// first.
    pub apoyos_per_phone_per_day: u32,
    /// The share that is drawn at random to be reviewed first, in percent.
    pub sampled_percent: u8,
}

/// Review sampling by the phone's tier. It is never a reason to refuse an apoyo or to count it
/// later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewRules {
    /// Nothing is known of the phone.
    pub t0: TierReview,
    /// The phone has a chip, and its system is not the maker's.
    pub t1: TierReview,
    /// The key is in a trusted environment.
    pub t2: TierReview,
    /// The key is in a chip of its own.
    pub t3: TierReview,
}

impl ReviewRules {
    /// The rules of this tier.
    pub const fn of(&self, tier: Tier) -> TierReview {
        match tier {
            Tier::T0 => self.t0,
            Tier::T1 => self.t1,
            Tier::T2 => self.t2,
            Tier::T3 => self.t3,
        }
    }
}
