//! The keys that parts are sealed to: X25519, one key pair for fields and another for pictures.

use super::SealError;
use crate::{
    context::{Context, signed_bytes},
    environment::Entropy,
    ids::{BadId, Sha256Hash},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hpke::{Deserializable, Kem as _, Serializable, kem::X25519HkdfSha256};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use zeroize::Zeroizing;

type PublicKey = <X25519HkdfSha256 as hpke::Kem>::PublicKey;
type PrivateKey = <X25519HkdfSha256 as hpke::Kem>::PrivateKey;

/// The purpose of a key pair. A key for one purpose opens no part of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SealingPurpose {
    /// For fields, which the receiving server opens.
    Intake,
    /// For pictures, which only the reviewers open.
    Review,
}

impl SealingPurpose {
    /// Both.
    pub const ALL: [SealingPurpose; 2] = [SealingPurpose::Intake, SealingPurpose::Review];

    /// The word in file names and bindings.
    pub const fn as_str(self) -> &'static str {
        match self {
            SealingPurpose::Intake => "intake",
            SealingPurpose::Review => "review",
        }
    }
}

impl fmt::Display for SealingPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The id of a key pair: the first eight bytes of a hash of purpose and public key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealingKeyId([u8; 8]);

impl SealingKeyId {
    /// The id with exactly these bytes, as a header holds them.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The eight bytes.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Display for SealingKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for SealingKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKeyId({self})")
    }
}

impl FromStr for SealingKeyId {
    type Err = SealError;
    fn from_str(text: &str) -> Result<Self, SealError> {
        let mut bytes = [0; 8];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| SealError::KeyUnknown)?;
        Ok(Self(bytes))
    }
}

/// The public key that a phone seals to: 32 bytes, base64url on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
pub struct SealingPublicKey([u8; 32]);

impl SealingPublicKey {
    /// The key with exactly these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its id when it is used for this purpose.
    pub fn id(&self, purpose: SealingPurpose) -> SealingKeyId {
        let fields = [purpose.as_str().as_bytes(), &self.0];
        let hash = Sha256Hash::of(&signed_bytes(Context::SealingKeyId, &fields));
        let mut id = [0; 8];
        id.copy_from_slice(&hash.as_bytes()[..8]);
        SealingKeyId(id)
    }

    pub(super) fn point(&self) -> Result<PublicKey, SealError> {
        PublicKey::from_bytes(&self.0).map_err(|_| SealError::KeyInvalid)
    }
}

impl TryFrom<String> for SealingPublicKey {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        let bad = BadId("SealingPublicKey");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad)?;
        Ok(Self(bytes.try_into().map_err(|_| bad)?))
    }
}

impl From<SealingPublicKey> for String {
    fn from(key: SealingPublicKey) -> String {
        URL_SAFE_NO_PAD.encode(key.0)
    }
}

impl fmt::Debug for SealingPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingPublicKey({})", hex::encode(self.0))
    }
}

/// The secret key that opens parts. It prints as its id, and its bytes are overwritten when it is
/// dropped.
#[derive(Clone)]
pub struct SealingSecretKey {
    purpose: SealingPurpose,
    id: SealingKeyId,
    public: SealingPublicKey,
    secret: PrivateKey,
}

impl SealingSecretKey {
    /// A new key pair.
    pub fn random(purpose: SealingPurpose, entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(&mut *bytes);
        Self::from_bytes(purpose, &bytes)
    }

    /// The key pair with exactly these 32 secret bytes. Any 32 bytes are valid.
    pub fn from_bytes(purpose: SealingPurpose, bytes: &[u8; 32]) -> Self {
        let secret =
            PrivateKey::from_bytes(bytes).expect("32 bytes are an X25519 key, whatever they are");
        let point = X25519HkdfSha256::sk_to_pk(&secret);
        let mut public = [0; 32];
        public.copy_from_slice(&point.to_bytes());
        let public = SealingPublicKey(public);
        Self {
            purpose,
            id: public.id(purpose),
            public,
            secret,
        }
    }

    /// The 32 secret bytes, for the key file.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        self.secret.write_exact(&mut *bytes);
        bytes
    }

    /// Its purpose.
    pub const fn purpose(&self) -> SealingPurpose {
        self.purpose
    }

    /// Its id.
    pub const fn id(&self) -> SealingKeyId {
        self.id
    }

    /// Its public key.
    pub const fn public(&self) -> &SealingPublicKey {
        &self.public
    }

    pub(super) const fn secret(&self) -> &PrivateKey {
        &self.secret
    }
}

impl fmt::Debug for SealingSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingSecretKey({} {} ****)", self.purpose, self.id)
    }
}

/// The secret keys of this machine: the current ones, and older ones whose parts may still arrive.
#[derive(Debug, Clone, Default)]
pub struct KeyRing(Vec<SealingSecretKey>);

impl KeyRing {
    /// A ring of these keys.
    pub fn new(keys: impl IntoIterator<Item = SealingSecretKey>) -> Self {
        Self(keys.into_iter().collect())
    }

    /// The key with this id.
    pub fn find(&self, id: SealingKeyId) -> Option<&SealingSecretKey> {
        self.0.iter().find(|key| key.id == id)
    }

    /// The keys, in the order in which they were put in.
    pub fn iter(&self) -> impl Iterator<Item = &SealingSecretKey> {
        self.0.iter()
    }

    /// Whether the ring has no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
