//! Sealing: what a phone sends can be opened by nobody on the way, and by each holder of a key
//! only as far as that key reaches.
//!
//! A part of an apoyo is either the *fields* (what was read, consent, findings; sealed to the
//! server's intake key) or a *picture* (sealed to the review key). To seal: [`seal_stream`]
//! for a picture, [`seal_bytes`] for fields. To open: a [`KeyRing`] and [`open_stream`] or
//! [`open_bytes`]; frame by frame, [`Sealer`] and [`Opener`]. The keys themselves are in
//! [`key`]; how a phone learns them is in [`announced`].
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
//! part alone; the nonce is seven zero bytes, the frame's number (four bytes, big-endian) and 1
//! for the last frame, 0 for any other (the STREAM construction): frames cannot be left out,
//! repeated, reordered or added.
//!
//! The binding is [`signed_bytes`](crate::context::signed_bytes) of process, apoyo, part and
//! key id, in the context of the part's kind. It is HPKE's additional data; the frames'
//! additional data are a hash of binding, header and the plaintext's hash. So a part of one
//! apoyo opens in no other, and the hash of what was sealed (which for a typed signature or for
//! fields could be guessed at) is known only to who may open it.
//!
//! The header's third field holds nothing secret and proves nothing. It lets a server that has
//! no key tell a part that was put into the wrong apoyo from a good one, before it is opened.

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
    apoyo::PartName,
    code::Code,
    context::{Context, signed_bytes},
    ids::{ApoyoId, ProcessId},
};

/// Plaintext bytes of every frame but the last.
pub const FRAME_BYTES: usize = 64 * 1024;
/// What the cipher adds to each frame.
pub const TAG_BYTES: usize = 16;

/// What is sealed apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SealedPart {
    /// What was read, consent and findings: [`crate::apoyo::Payload`].
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

    /// Whose key it is sealed to.
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

/// Where a sealed part belongs: it opens nowhere else.
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
    /// The additional data when it is sealed to this key.
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

/// Why a part is not sealed or not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It does not begin like a sealed part.
    #[error("not a sealed part")]
    NotSealed,
    /// It is sealed to a key that is not there, or that is for something else.
    #[error("sealed to a key that is not held here")]
    KeyUnknown,
    /// It belongs to another apoyo, another process or in another place.
    #[error("sealed as another part")]
    Foreign,
    /// Some of its bytes were changed.
    #[error("altered after it was sealed")]
    Altered,
    /// Its end is missing.
    #[error("cut off")]
    Truncated,
    /// A public key that no shared secret comes of.
    #[error("not a usable key")]
    KeyInvalid,
    /// The plaintext is not the one whose hash was given.
    #[error("the plaintext is not the announced one")]
    OtherPlaintext,
    /// Longer than 2^32 frames.
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
            SealError::KeyInvalid => Code::SealingKeysInvalid,
            // The sender's own doing: its store gave other bytes than it had kept.
            SealError::OtherPlaintext | SealError::TooLong => Code::PhoneStorageFault,
        }
    }
}

/// How long a part is once it is sealed.
pub const fn sealed_length(plaintext: u64) -> u64 {
    let frames = match plaintext.div_ceil(FRAME_BYTES as u64) {
        0 => 1,
        frames => frames,
    };
    HEADER_BYTES as u64 + plaintext + frames * TAG_BYTES as u64
}

/// How long what was sealed is, from the length of the sealed part; `None` if no part is so long.
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
