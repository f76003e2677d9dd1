//! What a phone can say about where its key lives: `POST /v1/challenges` before the key is
//! made, and the field `attestation` of `POST /v1/activations`.
//!
//! 1. The phone chooses its activation's id and asks for a [`Challenge`]. The server keeps
//!    nothing: it recognises its own challenges by a keyed hash.
//! 2. The phone makes its key, bound to this activation and this challenge ([`KeyBinding`]).
//! 3. What its hardware says about the key goes along as an [`Attestation`].
//!
//! The server makes a [`Tier`] of it. That is a signal for quotas and review: an activation
//! goes on whatever the attestation is, also without any.

use crate::{
    code::Code,
    context::{Context, signed_bytes},
    device::DevicePublicKey,
    environment::Timestamp,
    ids::{ActivationId, Sha256Hash},
    work::WorkAsked,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// Minutes within which a challenge has to come back, by the server's clock: longer than a
/// whole sign-in with a provider, which happens between the key and the activation.
pub const CHALLENGE_MINUTES: i64 = 30;
/// The most certificates that a chain may have; phones send three to six.
pub const CHAIN_LONGEST: usize = 8;
/// The longest certificate in bytes; those of lattice signatures have about 6 KB.
pub const CERTIFICATE_LONGEST: usize = 10 * 1024;
/// The longest chain in bytes, all certificates together.
pub const CHAIN_BYTES_LONGEST: usize = 40 * 1024;
/// The longest attestation object of App Attest in bytes; real ones have about 6 KB.
pub const OBJECT_LONGEST: usize = 16 * 1024;

/// `POST /v1/challenges`, unsigned: there is no key yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskChallenge {
    /// The activation that will be begun with it. For any other it is worth nothing.
    pub activation: ActivationId,
}

/// The answer to `POST /v1/challenges` (200).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChallengeGiven {
    /// What the key is to be made with.
    pub challenge: Challenge,
    /// After this moment, by the server's clock, it is worth nothing.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// What the phone is to compute before it begins the activation, until the same moment.
    /// Nothing where the server asks for no work.
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
    /// Its length.
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

/// What a key is made for: one activation, and one challenge of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyBinding {
    /// The activation that the key begins.
    pub activation: ActivationId,
    /// The server's challenge for it.
    pub challenge: Challenge,
}

impl KeyBinding {
    /// What Android is given as `attestationChallenge` (32 bytes). The chain's leaf holds it
    /// beside the key itself, so the key is not part of it.
    pub fn android_challenge(&self) -> Sha256Hash {
        Sha256Hash::of(&signed_bytes(
            Context::AndroidAttestation,
            &[self.activation.as_bytes(), self.challenge.as_bytes()],
        ))
    }

    /// What App Attest is given as `clientDataHash` (32 bytes). App Attest vouches for a key of
    /// its own, so the hash names the device key of the Secure Enclave as well.
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

/// What the phone's hardware says about its key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Attestation {
    /// Nothing: the key is in hardware, but this phone could not have it attested.
    #[default]
    None,
    /// The key is in a file or a keyring: a computer, or a phone without a safe place.
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
        /// The challenge that was asked for.
        challenge: Challenge,
        /// The identifier of App Attest's own key: SHA-256 of its public point.
        key_id: Sha256Hash,
        /// The attestation object, in CBOR.
        object: AttestationObject,
    },
}

/// DER certificates, the key's own first; bounded in number and size. On the wire a list of
/// base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Vec<String>))]
pub struct CertificateChain(Vec<Vec<u8>>);

impl CertificateChain {
    /// Takes a chain within the bounds; [`Code::RequestMalformed`] for any other. A phone that
    /// has such a one sends [`Attestation::None`].
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
    // Serial numbers name phones.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CertificateChain({} certificates)", self.0.len())
    }
}

/// App Attest's object, in CBOR; bounded. On the wire base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct AttestationObject(Vec<u8>);

impl AttestationObject {
    /// Takes an object within the bounds; [`Code::RequestMalformed`] for any other.
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

/// How much a phone's key can be trusted to have stayed in the phone. A signal for quotas and
/// review, never a reason to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Tier {
    /// Software, nothing said, or nothing that holds.
    T0,
    /// In hardware, on a phone whose system is not the maker's or not locked.
    T1,
    /// In the trusted environment of a phone that started verified and locked.
    T2,
    /// In a chip of its own (StrongBox) of such a phone, or in the Secure Enclave with App
    /// Attest.
    T3,
}

impl Tier {
    /// Every tier, the least first.
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
