//! Where the keys of pictures are.

use serde::Deserialize;

/// `[sealing]`
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SealingConfig {
    /// Whether this machine may make the key that pictures are sealed to.
    pub review: ReviewKey,
}

/// Where the secret review key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReviewKey {
    /// On this machine; made at the first start.
    #[default]
    Here,
    /// On another machine: only its public half is brought here, and pictures wait for a person
    /// who has the secret half.
    Elsewhere,
}
