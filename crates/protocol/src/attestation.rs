//! Key attestation: the phone's hardware states where the device key lives.
//! `POST /v1/challenges` before the key is made, then the field `attestation` of
//! `POST /v1/activations`.
//!
//! 1. The phone chooses its activation's id and asks for a [`Challenge`]. The server stores
//!    nothing: it recognises its own challenges by a keyed hash.
//! 2. The phone makes its key, bound to this activation and this challenge ([`KeyBinding`]).
//! 3. It sends the hardware's statement about the key as an [`Attestation`].
//!
//! The server derives a [`Tier`] from it, as a signal for quotas and review. An activation goes
//! on with any attestation, and also without one.

use crate::{
    code::Code,
    context::{Context, signed_bytes},
    devices::DevicePublicKey,
    environment::Timestamp,
    ids::{ActivationId, Sha256Hash},
    work::WorkAsked,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// Minutes for which a challenge is valid, by the server's clock. Longer than a whole sign-in
/// with a provider, which happens between the making of the key and the activation.
pub const CHALLENGE_MINUTES: i64 = 30;
/// Most certificates in a chain; phones send three to six.
pub const CHAIN_LONGEST: usize = 8;
/// Longest certificate in bytes; those with lattice signatures have about 6 KB.
pub const CERTIFICATE_LONGEST: usize = 10 * 1024;
/// Longest chain in bytes, all certificates together.
pub const CHAIN_BYTES_LONGEST: usize = 40 * 1024;
/// Longest attestation object of App Attest in bytes; real ones have about 6 KB.
pub const OBJECT_LONGEST: usize = 16 * 1024;

/// `POST /v1/challenges`, unsigned: there is no key yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskChallenge {
    /// The activation that the challenge is for. It is not valid for any other.
    pub activation: ActivationId,
}

/// The answer to `POST /v1/challenges` (200).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChallengeGiven {
    /// The challenge to make the key with.
    pub challenge: Challenge,
    /// When it expires, by the server's clock.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// The proof of work to do before the activation begins; expires at the same time. `None` if
    /// the server asks for no work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<WorkAsked>,
}

/// The server's challenge: 56 bytes, base64url on the wire. Opaque to the phone.
///
/// 16 random bytes, the moment of its end (milliseconds since 1970, eight bytes, big-endian),
/// and the server's keyed hash of both with the activation's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct Challenge([u8; Challenge::BYTES]);

impl Challenge {
    /// Length of a challenge in bytes.
    pub const BYTES: usize = 56;

    /// The challenge with exactly these bytes.
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The 56 bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

impl TryFrom<String> for Challenge {
    type Error = Code;
    fn try_from(text: String) -> Result<Self, Code> {
        let bytes = decode(&text)?;
        Ok(Self(bytes.try_into().map_err(|_| Code::RequestMalformed)?))
    }
}

impl From<Challenge> for String {
    fn from(challenge: Challenge) -> String {
        URL_SAFE_NO_PAD.encode(challenge.0)
    }
}

/// A key is bound to one activation and to one challenge of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyBinding {
    /// The activation that the key begins.
    pub activation: ActivationId,
    /// The server's challenge for it.
    pub challenge: Challenge,
}

impl KeyBinding {
    /// Android's `attestationChallenge` (32 bytes). The key is not part of the hash: the leaf
    /// certificate holds both the challenge and the key.
    pub fn android_challenge(&self) -> Sha256Hash {
        Sha256Hash::of(&signed_bytes(
            Context::AndroidAttestation,
            &[self.activation.as_bytes(), self.challenge.as_bytes()],
        ))
    }

    /// App Attest's `clientDataHash` (32 bytes). App Attest attests a key of its own, so the
    /// hash also names the device key of the Secure Enclave.
    pub fn app_attest_client_data(&self, device_key: &DevicePublicKey) -> Sha256Hash {
        Sha256Hash::of(&signed_bytes(
            Context::AppAttestation,
            &[
                self.activation.as_bytes(),
                self.challenge.as_bytes(),
                device_key.point(),
            ],
        ))
    }
}

/// The hardware's statement about the device key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", from = "StrictAttestation")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Attestation {
    /// None: the key is in hardware, but this phone could not have it attested.
    #[default]
    None,
    /// The key is in a file or a keyring: a computer, or a phone without secure hardware.
    Software,
    /// Android Key Attestation.
    AndroidKey {
        /// The challenge that the key was made with.
        challenge: Challenge,
        /// The certificates as the phone gives them, the key's own first.
        chain: CertificateChain,
    },
    /// App Attest of iOS.
    AppAttest {
        /// The challenge that the client data names.
        challenge: Challenge,
        /// The identifier of App Attest's own key: SHA-256 of its public point.
        key_id: Sha256Hash,
        /// The attestation object, in CBOR.
        object: AttestationObject,
    },
}

/// The same for reading, because a variant without fields would accept any fields.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum StrictAttestation {
    None {},
    Software {},
    AndroidKey {
        challenge: Challenge,
        chain: CertificateChain,
    },
    AppAttest {
        challenge: Challenge,
        key_id: Sha256Hash,
        object: AttestationObject,
    },
}

impl From<StrictAttestation> for Attestation {
    fn from(read: StrictAttestation) -> Self {
        match read {
            StrictAttestation::None {} => Attestation::None,
            StrictAttestation::Software {} => Attestation::Software,
            StrictAttestation::AndroidKey { challenge, chain } => {
                Attestation::AndroidKey { challenge, chain }
            }
            StrictAttestation::AppAttest {
                challenge,
                key_id,
                object,
            } => Attestation::AppAttest {
                challenge,
                key_id,
                object,
            },
        }
    }
}

/// DER certificates, the key's own first, bounded in number and size. A list of base64url on
/// the wire.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Vec<String>))]
pub struct CertificateChain(Vec<Vec<u8>>);

impl CertificateChain {
    /// Accepts a chain within the bounds; [`Code::RequestMalformed`] for any other. A phone whose
    /// chain is out of bounds sends [`Attestation::None`].
    pub fn new(certificates: Vec<Vec<u8>>) -> Result<Self, Code> {
        let total: usize = certificates.iter().map(Vec::len).sum();
        let fits = (1..=CHAIN_LONGEST).contains(&certificates.len())
            && total <= CHAIN_BYTES_LONGEST
            && certificates
                .iter()
                .all(|one| (1..=CERTIFICATE_LONGEST).contains(&one.len()));
        match fits {
            true => Ok(Self(certificates)),
            false => Err(Code::RequestMalformed),
        }
    }

    /// The certificates in DER, the key's own first; never empty.
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.0
    }
}

impl TryFrom<Vec<String>> for CertificateChain {
    type Error = Code;
    fn try_from(texts: Vec<String>) -> Result<Self, Code> {
        if texts.len() > CHAIN_LONGEST {
            return Err(Code::RequestMalformed);
        }
        Self::new(
            texts
                .iter()
                .map(|text| decode(text))
                .collect::<Result<_, _>>()?,
        )
    }
}

impl From<CertificateChain> for Vec<String> {
    fn from(chain: CertificateChain) -> Vec<String> {
        let encode = |one| URL_SAFE_NO_PAD.encode(one);
        chain.0.into_iter().map(encode).collect()
    }
}

impl std::fmt::Debug for CertificateChain {
    // Serial numbers identify phones.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CertificateChain({} certificates)", self.0.len())
    }
}

/// App Attest's object in CBOR, bounded in size; base64url on the wire.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct AttestationObject(Vec<u8>);

impl AttestationObject {
    /// Accepts an object within the bounds; [`Code::RequestMalformed`] for any other.
    pub fn new(bytes: Vec<u8>) -> Result<Self, Code> {
        match (1..=OBJECT_LONGEST).contains(&bytes.len()) {
            true => Ok(Self(bytes)),
            false => Err(Code::RequestMalformed),
        }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl TryFrom<String> for AttestationObject {
    type Error = Code;
    fn try_from(text: String) -> Result<Self, Code> {
        Self::new(decode(&text)?)
    }
}

impl From<AttestationObject> for String {
    fn from(object: AttestationObject) -> String {
        URL_SAFE_NO_PAD.encode(object.0)
    }
}

impl std::fmt::Debug for AttestationObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AttestationObject({} bytes)", self.0.len())
    }
}

fn decode(text: &str) -> Result<Vec<u8>, Code> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Code::RequestMalformed)
}

/// How likely the key is to be in the phone's hardware. A signal for quotas and review, never a
/// reason to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Tier {
    /// Software, no attestation, or one that does not verify.
    T0,
    /// In hardware, on a phone whose system is modified or whose bootloader is unlocked.
    T1,
    /// In the trusted execution environment of a phone with verified boot and a locked
    /// bootloader.
    T2,
    /// In a secure element (StrongBox) of such a phone, or in the Secure Enclave with App Attest.
    T3,
}

impl Tier {
    /// Every tier, the lowest first.
    pub const ALL: [Tier; 4] = [Tier::T0, Tier::T1, Tier::T2, Tier::T3];

    /// The word in the database, in metrics and for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Tier::T0 => "T0",
            Tier::T1 => "T1",
            Tier::T2 => "T2",
            Tier::T3 => "T3",
        }
    }

    /// The tier with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == word)
    }
}

#[cfg(test)]
#[path = "attestation_tests.rs"]
mod tests;
