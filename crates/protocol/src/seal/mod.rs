//! Sealing: envelope encryption of what a phone sends. Each part has a random content key, which
//! HPKE wraps to the public key of the party that may open it. No relay on the way can read a
//! part, and each holder of a secret key can open only the parts that are sealed to it.
//!
//! A part of an apoyo is either the *fields* (what was read, consent, findings; sealed to the
//! server's intake key) or a *picture* (sealed to the review key). To seal: [`seal_stream`]
//! for a picture, [`seal_bytes`] for fields. To open: a [`KeyRing`] with [`open_stream`] or
//! [`open_bytes`]. Frame by frame: [`Sealer`] and [`Opener`]. The keys are in [`key`];
//! [`announced`] tells how a phone learns them.
//!
//! # The format, version 1
//!
//! ```text
//! header   8  "apoyo/s1"
//!          8  id of the key that it is sealed to
//!         16  beginning of the SHA-256 of the binding
//!         32  HPKE: encapsulated key
//!         88  HPKE: content key (32), SHA-256 (32) and length (8) of the plaintext, sealed
//! frames      65,536 bytes of plaintext each, the last one fewer or as many; each followed by 16
//! ```
//!
//! HPKE (RFC 9180) is in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
//! ChaCha20Poly1305. The frames are AES-256-GCM under the content key, which is used for this
//! part alone. The nonce is seven zero bytes, the frame's number (four bytes, big-endian) and 1
//! for the last frame, 0 for any other (the STREAM construction). So frames cannot be left out,
//! repeated, reordered or added.
//!
//! The binding is [`signed_bytes`](crate::context::signed_bytes) of process, apoyo, part and
//! key id, in the context of the part's kind. It is HPKE's additional data. The frames'
//! additional data are a hash of binding, header and the plaintext's hash. So a part of one
//! apoyo does not open in another. The plaintext's hash is inside: a typed signature or fields
//! could be guessed from it, so only the holder of the key learns it.
//!
//! The header's third field is not secret and proves nothing. A server without the key uses it
//! to detect a part that was put into the wrong apoyo by mistake.

pub mod announced;
mod frames;
mod header;
pub mod key;
mod stream;

pub use frames::{Opener, Sealer};
pub use header::{HEADER_BYTES, Header, Plaintext};
pub use key::{KeyRing, SealingKeyId, SealingPublicKey, SealingPurpose, SealingSecretKey};
pub use stream::{Sealed, StreamError, open_bytes, open_stream, seal_bytes, seal_stream};

use crate::{
    apoyos::PartName,
    code::Code,
    context::{Context, signed_bytes},
    ids::{ApoyoId, ProcessId},
};

/// Plaintext bytes of each frame except the last.
pub const FRAME_BYTES: usize = 64 * 1024;
/// The media type of a sealed part.
pub const MEDIA_TYPE: &str = "application/vnd.apoyo.sealed";
/// Length of the authentication tag after each frame.
pub const TAG_BYTES: usize = 16;

/// The parts of an apoyo, each sealed separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SealedPart {
    /// The fields, consent and findings: [`crate::apoyos::Payload`].
    Fields,
    /// A picture.
    Picture(PartName),
}

impl SealedPart {
    /// The word in the binding.
    pub const fn as_str(self) -> &'static str {
        match self {
            SealedPart::Fields => "fields",
            SealedPart::Picture(PartName::Front) => "front",
            SealedPart::Picture(PartName::Back) => "back",
            SealedPart::Picture(PartName::Selfie) => "selfie",
            SealedPart::Picture(PartName::Signature) => "signature",
        }
    }

    /// The purpose of the key that it is sealed to.
    pub const fn purpose(self) -> SealingPurpose {
        match self {
            SealedPart::Fields => SealingPurpose::Intake,
            SealedPart::Picture(_) => SealingPurpose::Review,
        }
    }

    const fn context(self) -> Context {
        match self {
            SealedPart::Fields => Context::SealedFields,
            SealedPart::Picture(_) => Context::SealedPicture,
        }
    }
}

/// What a sealed part is bound to: it does not open with any other binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The process of the campaign.
    pub process: &'a ProcessId,
    /// The apoyo.
    pub apoyo: ApoyoId,
    /// The part.
    pub part: SealedPart,
}

impl Binding<'_> {
    /// HPKE's additional data for a part that is sealed to this key.
    fn bytes(&self, key: SealingKeyId) -> Vec<u8> {
        signed_bytes(
            self.part.context(),
            &[
                self.process.as_str().as_bytes(),
                self.apoyo.as_bytes(),
                self.part.as_str().as_bytes(),
                key.as_bytes(),
            ],
        )
    }
}

/// Why sealing or opening failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The bytes do not begin like a sealed part.
    #[error("not a sealed part")]
    NotSealed,
    /// The part is sealed to a key that the ring does not have, or that has another purpose.
    #[error("sealed to a key that is not held here")]
    KeyUnknown,
    /// The part belongs to another apoyo, another process, or is another part of the apoyo.
    #[error("sealed as another part")]
    Foreign,
    /// Some bytes were changed after sealing.
    #[error("altered after it was sealed")]
    Altered,
    /// The end is missing.
    #[error("cut off")]
    Truncated,
    /// The public key is not usable: it gives no shared secret.
    #[error("not a usable key")]
    KeyInvalid,
    /// The plaintext has another hash or length than announced.
    #[error("the plaintext is not the announced one")]
    OtherPlaintext,
    /// The plaintext is longer than 2^32 frames.
    #[error("too long to be sealed")]
    TooLong,
}

impl From<SealError> for Code {
    fn from(error: SealError) -> Code {
        match error {
            SealError::NotSealed => Code::PartNotSealed,
            SealError::KeyUnknown => Code::SealingKeyUnknown,
            SealError::Foreign => Code::PartForeign,
            SealError::Altered => Code::PartAltered,
            SealError::Truncated => Code::PartTruncated,
            // Only sealing fails in this way, and a server seals only for itself.
            SealError::KeyInvalid | SealError::OtherPlaintext | SealError::TooLong => {
                Code::ServerFault
            }
        }
    }
}

/// Length of a sealed part, from the length of its plaintext.
pub const fn sealed_length(plaintext: u64) -> u64 {
    let frames = match plaintext.div_ceil(FRAME_BYTES as u64) {
        0 => 1,
        frames => frames,
    };
    HEADER_BYTES as u64 + plaintext + frames * TAG_BYTES as u64
}

/// Length of the plaintext, from the length of the sealed part. `None` if no sealed part has this
/// length.
pub const fn opened_length(sealed: u64) -> Option<u64> {
    let Some(frames_bytes) = sealed.checked_sub(HEADER_BYTES as u64) else {
        return None;
    };
    let frames = frames_bytes.div_ceil((FRAME_BYTES + TAG_BYTES) as u64);
    let Some(plaintext) = frames_bytes.checked_sub(frames * TAG_BYTES as u64) else {
        return None;
    };
    if sealed_length(plaintext) == sealed {
        Some(plaintext)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
