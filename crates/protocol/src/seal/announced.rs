//! The announcement of the keys that phones seal to. The server signs it with the key of its receipts,
//! which the phone has pinned at its activation.

use super::key::{SealingKeyId, SealingPublicKey, SealingPurpose};
use crate::{
    context::{Context, signed_bytes},
    environment::Timestamp,
    receipt::ReceiptPublicKey,
};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// The keys in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SealingKeys {
    /// The key that fields are sealed to.
    pub intake: SealingPublicKey,
    /// The key that pictures are sealed to.
    pub review: SealingPublicKey,
    /// When both came into force, to the millisecond. A phone keeps the latest keys that it has
    /// seen.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub since: Timestamp,
}

impl SealingKeys {
    /// The key for this purpose.
    pub const fn key(&self, purpose: SealingPurpose) -> &SealingPublicKey {
        match purpose {
            SealingPurpose::Intake => &self.intake,
            SealingPurpose::Review => &self.review,
        }
    }

    /// The id of the key for this purpose.
    pub fn id(&self, purpose: SealingPurpose) -> SealingKeyId {
        self.key(purpose).id(purpose)
    }

    /// The bytes that the server signs.
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes(
            Context::SealingKeys,
            &[
                self.intake.as_bytes(),
                self.review.as_bytes(),
                &self.since.timestamp_millis().to_be_bytes(),
            ],
        )
    }
}

/// The keys in force with the server's signature. Part of the answer that completes an
/// activation, and of every list of campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedSealingKeys {
    /// The keys.
    pub keys: SealingKeys,
    /// Ed25519, 64 bytes, base64url without padding.
    pub signature: String,
}

/// Sealing keys that the pinned key did not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealing keys are not signed by the pinned key")]
pub struct BadSealingKeys;

impl SignedSealingKeys {
    /// The keys, if `pinned` signed exactly them.
    pub fn verify(&self, pinned: &ReceiptPublicKey) -> Result<&SealingKeys, BadSealingKeys> {
        let signature = URL_SAFE_NO_PAD
            .decode(&self.signature)
            .map_err(|_| BadSealingKeys)?;
        UnparsedPublicKey::new(&ED25519, pinned.as_bytes())
            .verify(&self.keys.signed_bytes(), &signature)
            .map_err(|_| BadSealingKeys)?;
        Ok(&self.keys)
    }

    /// Whether a phone that knows `self` takes over `other`: only if it is newer. An attacker may
    /// have kept an older list.
    pub fn is_followed_by(&self, other: &SignedSealingKeys) -> bool {
        other.keys.since > self.keys.since
    }
}
