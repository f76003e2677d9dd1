//! How a phone learns the keys that it seals to: from a list that the server signs with the
//! key that receipts are signed with, which the phone has pinned since its activation.

use super::key::{SealingKeyId, SealingPublicKey, SealingPurpose};
use crate::{
    code::Code,
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
    /// Fields are sealed to this one.
    pub intake: SealingPublicKey,
    /// Pictures are sealed to this one.
    pub review: SealingPublicKey,
    /// Since when both are in force, to the millisecond. A phone that knows a later list keeps
    /// that one.
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

/// The keys in force with the server's signature. Comes with the answer to an activation that
/// completes, and with every list of campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedSealingKeys {
    /// The keys.
    pub keys: SealingKeys,
    /// Ed25519, 64 bytes, base64url without padding.
    pub signature: String,
}

impl SignedSealingKeys {
    /// The keys, if `pinned` signed exactly them.
    pub fn verify(&self, pinned: &ReceiptPublicKey) -> Result<&SealingKeys, Code> {
        let signature = URL_SAFE_NO_PAD
            .decode(&self.signature)
            .map_err(|_| Code::SealingKeysInvalid)?;
        UnparsedPublicKey::new(&ED25519, pinned.as_bytes())
            .verify(&self.keys.signed_bytes(), &signature)
            .map_err(|_| Code::SealingKeysInvalid)?;
        Ok(&self.keys)
    }

    /// Whether a phone that knows `self` should go over to `other`: never back to an older
    /// list, which somebody may have kept.
    pub fn is_followed_by(&self, other: &SignedSealingKeys) -> bool {
        other.keys.since > self.keys.since
    }
}
