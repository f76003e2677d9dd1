//! The header of a sealed part: recipient, binding and the wrapped content key.

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

/// Length of the header in bytes.
pub const HEADER_BYTES: usize = 152;
const MAGIC: &[u8; 8] = b"apoyo/s1";
/// Length of what is wrapped: content key, hash and length of the plaintext.
const INSIDE_BYTES: usize = 72;
const WRAPPED_BYTES: usize = INSIDE_BYTES + 16;

type EncappedKey = <X25519HkdfSha256 as hpke::Kem>::EncappedKey;

/// The first [`HEADER_BYTES`] bytes of a sealed part. Only opening the part proves any of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    key: SealingKeyId,
    binding: [u8; 16],
    encapped: [u8; 32],
    wrapped: [u8; WRAPPED_BYTES],
}

/// Hash and length of the plaintext, announced before its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plaintext {
    /// SHA-256 of the plaintext.
    pub sha256: Sha256Hash,
    /// Length of the plaintext.
    pub bytes: u64,
}

impl Plaintext {
    /// Hash and length of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: Sha256Hash::of(bytes),
            bytes: bytes.len() as u64,
        }
    }
}

/// The plaintext of the wrapped key.
pub(super) struct KeyAndPlaintext {
    pub key: Zeroizing<[u8; 32]>,
    pub plaintext: Plaintext,
}

impl Header {
    /// Reads the header of a part, and ignores what follows it.
    pub fn read(part: &[u8]) -> Result<Self, SealError> {
        let known = part.len().min(MAGIC.len());
        if part[..known] != MAGIC[..known] {
            return Err(SealError::NotSealed);
        }
        let header: &[u8; HEADER_BYTES] = part.first_chunk().ok_or(SealError::Truncated)?;
        Ok(Self {
            key: SealingKeyId::from_bytes(field(header, 8)),
            binding: field(header, 16),
            encapped: field(header, 32),
            wrapped: field(header, 64),
        })
    }

    /// The header as it is sent.
    pub fn to_bytes(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..16].copy_from_slice(self.key.as_bytes());
        bytes[16..32].copy_from_slice(&self.binding);
        bytes[32..64].copy_from_slice(&self.encapped);
        bytes[64..].copy_from_slice(&self.wrapped);
        bytes
    }

    /// The id of the key that it claims to be sealed to.
    pub const fn key(&self) -> SealingKeyId {
        self.key
    }

    /// Whether it claims this binding. This finds an honest sender's mistake without the key; a
    /// sender who lies is detected when the part is opened.
    pub fn belongs(&self, binding: &Binding<'_>) -> Result<(), SealError> {
        if self.binding == binding_hash(&binding.bytes(self.key)) {
            Ok(())
        } else {
            Err(SealError::Foreign)
        }
    }

    /// Wraps `inside` to the recipient's key, for this binding.
    pub(super) fn wrap(
        recipient: &SealingPublicKey,
        binding: &Binding<'_>,
        inside: &KeyAndPlaintext,
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
                &mut EntropyRng(entropy),
            )
            .map_err(|_| SealError::KeyInvalid)?;
        let mut header = Self {
            key,
            binding: binding_hash(&bound),
            encapped: [0; 32],
            wrapped: wrapped.try_into().map_err(|_| SealError::KeyInvalid)?,
        };
        encapped.write_exact(&mut header.encapped);
        Ok(header)
    }

    /// Unwraps it with the key that the header names.
    pub(super) fn unwrap(
        &self,
        ring: &KeyRing,
        binding: &Binding<'_>,
    ) -> Result<KeyAndPlaintext, SealError> {
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
        Ok(KeyAndPlaintext {
            key: Zeroizing::new(field(plain, 0)),
            plaintext: Plaintext {
                sha256: Sha256Hash::from_bytes(field(plain, 32)),
                bytes: u64::from_be_bytes(field(plain, 64)),
            },
        })
    }
}

/// `N` bytes from `start`. The callers' constants are within bounds.
fn field<const N: usize>(bytes: &[u8], start: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[start..start + N]);
    field
}

/// The third field: the first 16 bytes of the hash of the binding.
fn binding_hash(bound: &[u8]) -> [u8; 16] {
    field(Sha256Hash::of(bound).as_bytes(), 0)
}

/// HPKE's `info`: only the kind of message.
fn info(binding: &Binding<'_>) -> Vec<u8> {
    signed_bytes(binding.part.context(), &[])
}

/// Adapts [`Entropy`] to the generator that HPKE draws its ephemeral key from.
struct EntropyRng<'a>(&'a dyn Entropy);

impl TryRng for EntropyRng<'_> {
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

impl TryCryptoRng for EntropyRng<'_> {}
