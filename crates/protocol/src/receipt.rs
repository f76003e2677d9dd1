//! The receipt: the server's signed promise that an apoyo is durable.

use crate::{
    code::Code,
    context::{Context, signed_bytes},
    environment::Timestamp,
    ids::{ApoyoId, BadId, CampaignId, Sha256Hash},
};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The Ed25519 public key that verifies receipts: 32 bytes, base64url on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct ReceiptPublicKey([u8; 32]);

impl ReceiptPublicKey {
    /// The key with exactly these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this key signed exactly these bytes.
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(message, signature)
            .is_ok()
    }
}

impl TryFrom<String> for ReceiptPublicKey {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        let bad = BadId("ReceiptPublicKey");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad)?;
        Ok(Self(bytes.try_into().map_err(|_| bad)?))
    }
}

impl From<ReceiptPublicKey> for String {
    fn from(key: ReceiptPublicKey) -> String {
        URL_SAFE_NO_PAD.encode(key.0)
    }
}

/// The short name of an apoyo for people: its sequence number in base 32, eight characters in
/// two halves, and a check character (`0000-00AB-C`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, as = "String"))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "0000-00AB-C"))]
pub struct Folio(String);

impl Folio {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// The folio of the apoyo that arrived as number `sequence` (1 is the first).
    ///
    /// There is room for 2^40 apoyos: ten thousand for every citizen.
    pub fn of_sequence(sequence: u64) -> Self {
        let digit = |value: u64| char::from(Self::ALPHABET[usize::try_from(value).unwrap_or(0)]);
        let mut text = String::with_capacity(11);
        for place in (0..8).rev() {
            text.push(digit((sequence >> (5 * place)) & 31));
            if place == 4 {
                text.push('-');
            }
        }
        text.push('-');
        text.push(digit(sequence % 29));
        Self(text)
    }

    /// The folio as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Folio {
    type Err = Code;

    /// Accepts a folio in any case, and refuses a wrong check character.
    fn from_str(text: &str) -> Result<Self, Code> {
        let text = text.trim().to_ascii_uppercase();
        let digits: Vec<u8> = text.bytes().filter(|b| *b != b'-').collect();
        if digits.len() != 9 {
            return Err(Code::RequestMalformed);
        }
        let mut sequence = 0;
        for byte in &digits[..8] {
            let value = Self::ALPHABET
                .iter()
                .position(|a| a == byte)
                .ok_or(Code::RequestMalformed)?;
            sequence = sequence * 32 + value as u64;
        }
        let folio = Self::of_sequence(sequence);
        if folio.0.as_bytes().last() == digits.last() {
            Ok(folio)
        } else {
            Err(Code::RequestMalformed)
        }
    }
}

impl TryFrom<String> for Folio {
    type Error = Code;
    fn try_from(text: String) -> Result<Self, Code> {
        text.parse()
    }
}

impl From<Folio> for String {
    fn from(folio: Folio) -> String {
        folio.0
    }
}

impl fmt::Display for Folio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The server promises that this apoyo, with exactly this content, is durable and has this
/// place in the order of arrival.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The apoyo.
    pub apoyo: ApoyoId,
    /// The campaign that it is for.
    pub campaign: CampaignId,
    /// Its folio.
    pub folio: Folio,
    /// Its place in the order of arrival, from 1.
    pub sequence: u64,
    /// SHA-256 of the whole body of `PUT /v1/apoyos/{id}` as it arrived.
    pub content: Sha256Hash,
    /// When it was recorded, to the millisecond.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub received_at: Timestamp,
}

impl Receipt {
    /// The bytes that the server signs.
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes(
            Context::Receipt,
            &[
                self.apoyo.as_bytes(),
                self.campaign.as_str().as_bytes(),
                self.folio.as_str().as_bytes(),
                &self.sequence.to_be_bytes(),
                self.content.as_bytes(),
                &self.received_at.timestamp_millis().to_be_bytes(),
            ],
        )
    }
}

/// A receipt with its Ed25519 signature: the answer to `PUT /v1/apoyos/{id}`, the same bytes
/// each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedReceipt {
    /// The promise.
    pub receipt: Receipt,
    /// 64 bytes, base64url without padding.
    pub signature: String,
}

/// A receipt that the key did not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the receipt is not signed by this key")]
pub struct BadReceipt;

impl SignedReceipt {
    /// Checks that `key` signed exactly this receipt.
    pub fn verify(&self, key: &ReceiptPublicKey) -> Result<(), BadReceipt> {
        let signature = URL_SAFE_NO_PAD
            .decode(&self.signature)
            .map_err(|_| BadReceipt)?;
        match key.signed(&self.receipt.signed_bytes(), &signature) {
            true => Ok(()),
            false => Err(BadReceipt),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folio_reads_back_and_notices_a_slip() {
        for sequence in [1, 31, 32, 1_000_000, (1 << 40) - 1] {
            let folio = Folio::of_sequence(sequence);
            assert_eq!(
                folio.as_str().to_lowercase().parse::<Folio>().unwrap(),
                folio
            );
        }
        let folio = Folio::of_sequence(331);
        assert_eq!(folio.as_str(), "0000-00AB-C");
        assert!("0000-00AC-C".parse::<Folio>().is_err());
        assert!(
            "0000-00BA-C".parse::<Folio>().is_err(),
            "two characters changed places"
        );
    }
}
