//! Review sampling, by the tier of the phone.

use super::ConfigError;
use protocol::attestation::Tier;
use serde::Deserialize;
use server_core::rules::{self, ReviewRules};

/// The rules of one tier of phones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierReview {
    /// Apoyos of one phone on one day; further ones are counted like any other, and reviewed
    /// first.
    pub apoyos_per_phone_per_day: u32,
    /// The share that is drawn at random to be reviewed first, in percent.
    pub sampled_percent: u8,
}

/// `[review]`: never a reason to refuse an apoyo or to count it later.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs, reason = "each is the tier of its name")]
pub struct ReviewConfig {
    #[serde(rename = "T0")]
    pub t0: TierReview,
    #[serde(rename = "T1")]
    pub t1: TierReview,
    #[serde(rename = "T2")]
    pub t2: TierReview,
    #[serde(rename = "T3")]
    pub t3: TierReview,
}

const fn review(apoyos_per_phone_per_day: u32, sampled_percent: u8) -> TierReview {
    TierReview {
        apoyos_per_phone_per_day,
        sampled_percent,
    }
}

impl Default for ReviewConfig {
    /// A family shares a phone. A phone without an attestation may be a program.
    fn default() -> Self {
        Self {
            t0: review(5, 20),
            t1: review(10, 10),
            t2: review(15, 5),
            t3: review(20, 2),
        }
    }
}

impl ReviewConfig {
    /// As the server's rules have it.
    pub fn rules(&self) -> ReviewRules {
        let of = |tier: TierReview| rules::TierReview {
            apoyos_per_phone_per_day: tier.apoyos_per_phone_per_day,
            sampled_percent: tier.sampled_percent,
        };
        ReviewRules {
            t0: of(self.t0),
            t1: of(self.t1),
            t2: of(self.t2),
            t3: of(self.t3),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let rules = self.rules();
        if Tier::ALL
            .iter()
            .any(|tier| rules.of(*tier).sampled_percent > 100)
        {
            return Err(ConfigError::Value {
                key: "review.T0.sampled_percent",
                why: "should be at most 100, in every tier".to_owned(),
            });
        }
        Ok(())
    }
}
