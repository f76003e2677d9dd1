//! The beginning of a sealed part: whom it is for, where it belongs, and its wrapped key.

use super::{
    Binding, SealError,
    key::{KeyRing, SealingKeyId, SealingPublicKey},
};
use crate::{context::signed_bytes, environment::Entropy, ids::Sha256Hash};
use hpke::{
    Deserializable, OpModeR, OpModeS, Serializable,
    aead::ChaCha20Poly1305,
    kdf::HkdfSha256,
    kem::X25519HkdfSha256,
    rand_core::{TryCryptoRng, TryRng},
};
use std::convert::Infallible;
use zeroize::Zeroizing;

/// Length of the header.
pub const HEADER_BYTES: usize = 152;
const MAGIC: &[u8; 8] = b"apoyo/s1";
/// Content key, hash and length of the plaintext.
const INSIDE_BYTES: usize = 72;
const WRAPPED_BYTES: usize = INSIDE_BYTES + 16;

type EncappedKey = <X25519HkdfSha256 as hpke::Kem>::EncappedKey;

/// The first [`HEADER_BYTES`] bytes of a sealed part. Nothing of it is proved before the part
/// is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    key: SealingKeyId,
    place: [u8; 16],
    encapped: [u8; 32],
    wrapped: [u8; WRAPPED_BYTES],
}

/// What is sealed, as it is announced before its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plaintext {
    /// Its SHA-256.
    pub sha256: Sha256Hash,
    /// Its length.
    pub bytes: u64,
}

impl Plaintext {
    /// Of something that is all in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: Sha256Hash::of(bytes),
            bytes: bytes.len() as u64,
        }
    }
}

/// What the header wraps.
pub(super) struct Inside {
    pub key: Zeroizing<[u8; 32]>,
    pub plaintext: Plaintext,
}

impl Header {
    /// Reads the beginning of a part; what comes after the header is not looked at.
    pub fn read(part: &[u8]) -> Result<Self, SealError> {
        let known = part.len().min(MAGIC.len());
        if part[..known] != MAGIC[..known] {
            return Err(SealError::NotSealed);
        }
        let header: &[u8; HEADER_BYTES] = part.first_chunk().ok_or(SealError::Truncated)?;
        Ok(Self {
            key: SealingKeyId::from_bytes(field(header, 8)),
            place: field(header, 16),
            encapped: field(header, 32),
            wrapped: field(header, 64),
        })
    }

    /// The header as it is sent.
    pub fn to_bytes(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..16].copy_from_slice(self.key.as_bytes());
        bytes[16..32].copy_from_slice(&self.place);
        bytes[32..64].copy_from_slice(&self.encapped);
        bytes[64..].copy_from_slice(&self.wrapped);
        bytes
    }

    /// The key that it says it is sealed to.
    pub const fn key(&self) -> SealingKeyId {
        self.key
    }

    /// Whether it says that it belongs here. A sender can lie, and is found out when the part
    /// is opened; an honest one's mistake is found here, without a key.
    pub fn belongs(&self, binding: &Binding<'_>) -> Result<(), SealError> {
        if self.place == place(&binding.bytes(self.key)) {
            Ok(())
        } else {
            Err(SealError::Foreign)
        }
    }

    /// Seals `inside` to a key, for this place.
    pub(super) fn wrap(
        recipient: &SealingPublicKey,
        binding: &Binding<'_>,
        inside: &Inside,
        entropy: &dyn Entropy,
    ) -> Result<Self, SealError> {
        let key = recipient.id(binding.part.purpose());
        let bound = binding.bytes(key);
        let mut plain = Zeroizing::new([0; INSIDE_BYTES]);
        plain[..32].copy_from_slice(&*inside.key);
        plain[32..64].copy_from_slice(inside.plaintext.sha256.as_bytes());
        plain[64..].copy_from_slice(&inside.plaintext.bytes.to_be_bytes());
        let (encapped, wrapped) =
            hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
                &OpModeS::Base,
                &recipient.point()?,
                &info(binding),
                &*plain,
                &bound,
                &mut Draws(entropy),
            )
            .map_err(|_| SealError::KeyInvalid)?;
        let mut header = Self {
            key,
            place: place(&bound),
            encapped: [0; 32],
            wrapped: wrapped.try_into().map_err(|_| SealError::KeyInvalid)?,
        };
        encapped.write_exact(&mut header.encapped);
        Ok(header)
    }

    /// Opens what is wrapped, with the key that the header names.
    pub(super) fn unwrap(
        &self,
        ring: &KeyRing,
        binding: &Binding<'_>,
    ) -> Result<Inside, SealError> {
        let key = ring
            .find(self.key)
            .filter(|key| key.purpose() == binding.part.purpose())
            .ok_or(SealError::KeyUnknown)?;
        self.belongs(binding)?;
        let encapped = EncappedKey::from_bytes(&self.encapped).map_err(|_| SealError::Altered)?;
        let plain = Zeroizing::new(
            hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
                &OpModeR::Base,
                key.secret(),
                &encapped,
                &info(binding),
                &self.wrapped,
                &binding.bytes(self.key),
            )
            .map_err(|_| SealError::Altered)?,
        );
        let plain: &[u8; INSIDE_BYTES] = plain
            .as_slice()
            .try_into()
            .map_err(|_| SealError::Altered)?;
        Ok(Inside {
            key: Zeroizing::new(field(plain, 0)),
            plaintext: Plaintext {
                sha256: Sha256Hash::from_bytes(field(plain, 32)),
                bytes: u64::from_be_bytes(field(plain, 64)),
            },
        })
    }
}

/// `N` bytes from `start`, which the callers' constants keep inside.
fn field<const N: usize>(bytes: &[u8], start: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[start..start + N]);
    field
}

fn place(bound: &[u8]) -> [u8; 16] {
    field(Sha256Hash::of(bound).as_bytes(), 0)
}

/// HPKE's `info`: the kind of message alone.
fn info(binding: &Binding<'_>) -> Vec<u8> {
    signed_bytes(binding.part.context(), &[])
}

/// The port as the generator that HPKE draws its ephemeral key from.
struct Draws<'a>(&'a dyn Entropy);

impl TryRng for Draws<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl TryCryptoRng for Draws<'_> {}
