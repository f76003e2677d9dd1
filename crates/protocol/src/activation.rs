//! Activating a phone: `POST /v1/activations`, `…/{id}/resend`, `…/{id}/complete`.
//!
//! The answer to the first request is the same for every well-formed address. The picture of
//! the credential's front stays on the phone. Its hash goes along: it shows later that the
//! activation and the apoyos were made with the same card.

use crate::{
    attestation::Attestation,
    code::Code,
    devices::DevicePublicKey,
    environment::{Entropy, Timestamp},
    ids::{ActivationId, DeviceId, Sha256Hash, SigninId},
    pasted_code,
    receipt::ReceiptPublicKey,
    seal::announced::SignedSealingKeys,
    sensitive::Sensitive,
    work::WorkDone,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

pub use crate::language::Language;

/// Hours for which a mailed code is valid.
pub const CODE_HOURS: i64 = 24;
/// Wrong codes after which an activation ends.
pub const CODE_TRIES: u8 = 5;
/// Seconds until the second mail of one activation.
pub const RESEND_SECONDS: i64 = 60;
/// Seconds between later mails of one activation.
pub const LATER_RESEND_SECONDS: i64 = 5 * 60;

/// `POST /v1/activations`, signed by the new device key with an `apoyo-key` of `new`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BeginActivation {
    /// Chosen once on the phone. Sending the same id with the same content again begins no second
    /// activation.
    pub activation: ActivationId,
    /// The address that the code is mailed to.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub email: Sensitive<String>,
    /// The key that will sign every later request.
    pub device_key: DevicePublicKey,
    /// The hardware's attestation of this key.
    #[serde(default)]
    pub attestation: Attestation,
    /// SHA-256 of the picture of the credential's front, which stays on the phone.
    pub front: Sha256Hash,
    /// The version of the privacy notice that was accepted (first 16 digits of its SHA-256).
    pub notice_version: String,
    /// The language of the mail.
    pub language: Language,
    /// The work that the answer to `POST /v1/challenges` asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<WorkDone>,
    /// The redeemed sign-in that proves this address, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signin: Option<SigninId>,
}

/// The answer to `POST /v1/activations` (202) and to `…/resend` (202).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationBegun {
    /// The activation that the code will complete.
    pub activation: ActivationId,
    /// When the code expires.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// Seconds until another mail may be asked for.
    pub resend_after_s: u32,
}

/// The fate of the newest mail of an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MailFate {
    /// The relay has not taken it yet.
    #[default]
    Waiting,
    /// The relay has taken it, and it has not bounced.
    Sent,
    /// The relay took it, and it bounced: no mailbox at that address accepted it.
    Bounced,
    /// The relay refused it for good, or the server gave up sending it.
    Refused,
}

/// The answer to `GET /v1/activations/{id}` (200), signed by the device key that began it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationState {
    /// The activation.
    pub activation: ActivationId,
    /// The fate of its newest mail.
    pub mail: MailFate,
}

/// `POST /v1/activations/{id}/complete`, signed by the device key that began it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompleteActivation {
    /// The code of the mail.
    pub code: ActivationCode,
    /// Chosen on the phone for this try, and stored before it is sent. If the answer is lost,
    /// the same try gets the same answer; any other use of a used code is refused.
    pub attempt: Sha256Hash,
}

/// The answer to `…/complete` (200).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActivationCompleted {
    /// The id of this phone from now on.
    pub device: DeviceId,
    /// The key that receipts are signed with.
    pub receipt_key: ReceiptPublicKey,
    /// The keys that apoyos are sealed to.
    pub sealing: SignedSealingKeys,
}

/// The mailed code: 8 characters of Crockford's base 32, shown in two halves (`7K2M-Q9RX`).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "7K2M-Q9RX"))]
pub struct ActivationCode([u8; 8]);

impl ActivationCode {
    /// A new code: 40 random bits.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        Self(bytes.map(|byte| pasted_code::ALPHABET[usize::from(byte % 32)]))
    }

    /// The eight characters without the hyphen: the input of the keyed hash.
    pub fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl FromStr for ActivationCode {
    type Err = Code;

    /// Accepts a code as people type or paste it: in any case, with spaces and dashes anywhere, with
    /// `O` for 0 and `I` or `L` for 1, and within a whole sentence.
    fn from_str(text: &str) -> Result<Self, Code> {
        pasted_code::find(text).map(Self).ok_or(Code::CodeMalformed)
    }
}

impl TryFrom<String> for ActivationCode {
    type Error = Code;
    fn try_from(text: String) -> Result<Self, Code> {
        text.parse()
    }
}

impl From<ActivationCode> for String {
    fn from(code: ActivationCode) -> String {
        code.to_string()
    }
}

impl fmt::Display for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if place == 4 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(*byte))?;
        }
        Ok(())
    }
}

impl fmt::Debug for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActivationCode(****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code: ActivationCode = "7K2M-Q9RX".parse().unwrap();
        for typed in ["7k2mq9rx", " 7K2M Q9RX ", "7K2M–Q9RX", "7K-2M-Q9-RX"] {
            assert_eq!(typed.parse::<ActivationCode>().unwrap(), code);
        }
        assert_eq!(
            "OIL0-1111".parse::<ActivationCode>().unwrap().as_bytes(),
            b"01101111"
        );
        for bad in ["", "7K2M-Q9R", "7K2M-Q9RXX", "7K2M-Q9RU", "7K2M-Q9RÑ"] {
            assert_eq!(bad.parse::<ActivationCode>(), Err(Code::CodeMalformed));
        }
    }
}
