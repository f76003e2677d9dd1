//! The server's word that it no longer serves a device, signed with the key that the phone has pinned
//! at its activation. Without it a phone does not forget its activation at once: an unsigned
//! answer may come from a server on the wrong folder, or from an attacker in between.

use crate::{
    context::{Context, signed_bytes},
    environment::Timestamp,
    ids::DeviceId,
};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// Why a device is not served any more, in the word of the refusal's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WhyEnded {
    /// The server has no such device.
    #[serde(rename = "device_unknown")]
    Unknown,
    /// It was revoked.
    #[serde(rename = "device_revoked")]
    Revoked,
}

impl WhyEnded {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            WhyEnded::Unknown => "device_unknown",
            WhyEnded::Revoked => "device_revoked",
        }
    }
}

/// Which device, why, and when that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceEnded {
    /// The device.
    pub device: DeviceId,
    /// Why.
    pub why: WhyEnded,
    /// The server's time, to the millisecond.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
}

impl DeviceEnded {
    /// The bytes that the server signs.
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes(
            Context::DeviceEnded,
            &[
                self.device.as_bytes(),
                self.why.as_str().as_bytes(),
                &self.at.timestamp_millis().to_be_bytes(),
            ],
        )
    }
}

/// The same with the server's signature. Part of the refusal of a request of this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedDeviceEnded {
    /// What is said.
    pub ended: DeviceEnded,
    /// Ed25519, 64 bytes, base64url without padding.
    pub signature: String,
}

/// A word that the pinned key did not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not signed by the pinned key")]
pub struct BadEnding;

impl SignedDeviceEnded {
    /// What is said, if the receipt key with these bytes signed exactly that.
    pub fn verify(&self, pinned: &[u8; 32]) -> Result<&DeviceEnded, BadEnding> {
        let signature = URL_SAFE_NO_PAD
            .decode(&self.signature)
            .map_err(|_| BadEnding)?;
        UnparsedPublicKey::new(&ED25519, pinned)
            .verify(&self.ended.signed_bytes(), &signature)
            .map_err(|_| BadEnding)?;
        Ok(&self.ended)
    }
}
