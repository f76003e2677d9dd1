//! The frames of a sealed part, encrypted in place one at a time: memory never holds a picture
//! twice.

use super::{
    Binding, FRAME_BYTES, SealError, TAG_BYTES,
    header::{Header, KeyAndPlaintext, Plaintext},
    key::{KeyRing, SealingPublicKey},
};
use crate::{
    context::{Context, signed_bytes},
    environment::Entropy,
    ids::Sha256Hash,
};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The common state of sealing and opening: the cipher and its progress.
struct Frames {
    key: LessSafeKey,
    /// The additional data: a hash of everything that this part is bound to.
    bound: Sha256Hash,
    plaintext: Plaintext,
    seen: Sha256,
    seen_bytes: u64,
    next: Option<u32>,
}

impl Frames {
    fn new(
        inside: &KeyAndPlaintext,
        header: &Header,
        binding: &Binding<'_>,
    ) -> Result<Self, SealError> {
        let fields: [&[u8]; 4] = [
            &binding.bytes(header.key()),
            &header.to_bytes(),
            inside.plaintext.sha256.as_bytes(),
            &inside.plaintext.bytes.to_be_bytes(),
        ];
        let key = UnboundKey::new(&AES_256_GCM, &*inside.key).map_err(|_| SealError::KeyInvalid)?;
        Ok(Self {
            key: LessSafeKey::new(key),
            bound: Sha256Hash::of(&signed_bytes(Context::SealedFrames, &fields)),
            plaintext: inside.plaintext,
            seen: Sha256::new(),
            seen_bytes: 0,
            next: Some(0),
        })
    }

    /// The nonce of the next frame; an error after the last.
    fn nonce(&mut self, last: bool) -> Result<Nonce, SealError> {
        let number = self.next.ok_or(SealError::Altered)?;
        self.next = match (last, number.checked_add(1)) {
            (true, _) => None,
            (false, Some(next)) => Some(next),
            (false, None) => return Err(SealError::TooLong),
        };
        let mut nonce = [0; 12];
        nonce[7..11].copy_from_slice(&number.to_be_bytes());
        nonce[11] = u8::from(last);
        Ok(Nonce::assume_unique_for_key(nonce))
    }

    fn saw(&mut self, plaintext: &[u8]) {
        self.seen.update(plaintext);
        self.seen_bytes += plaintext.len() as u64;
    }

    fn ends_whole(self) -> bool {
        let seen = Plaintext {
            sha256: Sha256Hash::from_bytes(self.seen.finalize().into()),
            bytes: self.seen_bytes,
        };
        self.next.is_none() && seen == self.plaintext
    }
}

/// Seals one part, frame by frame.
pub struct Sealer(Frames);

impl Sealer {
    /// Begins a part for `recipient`. The header is sent first, so `plaintext` announces hash
    /// and length of everything that will be sealed.
    pub fn begin(
        recipient: &SealingPublicKey,
        binding: &Binding<'_>,
        plaintext: Plaintext,
        entropy: &dyn Entropy,
    ) -> Result<(Self, Header), SealError> {
        let mut key = Zeroizing::new([0; 32]);
        entropy.fill(&mut *key);
        let inside = KeyAndPlaintext { key, plaintext };
        let header = Header::wrap(recipient, binding, &inside, entropy)?;
        Ok((Self(Frames::new(&inside, &header, binding)?), header))
    }

    /// Seals one frame in place and appends its tag. A frame has [`FRAME_BYTES`] bytes of
    /// plaintext; only the last one may be shorter.
    pub fn seal(&mut self, frame: &mut Vec<u8>, last: bool) -> Result<(), SealError> {
        if frame.len() > FRAME_BYTES || (!last && frame.len() != FRAME_BYTES) {
            return Err(SealError::TooLong);
        }
        self.0.saw(frame);
        let nonce = self.0.nonce(last)?;
        self.0
            .key
            .seal_in_place_append_tag(nonce, Aad::from(*self.0.bound.as_bytes()), frame)
            .map_err(|_| SealError::TooLong)
    }

    /// Call it after the last frame: an error if the plaintext was not the announced one.
    pub fn finish(self) -> Result<(), SealError> {
        if self.0.ends_whole() {
            Ok(())
        } else {
            Err(SealError::OtherPlaintext)
        }
    }
}

/// Opens one part, frame by frame.
pub struct Opener(Frames);

impl Opener {
    /// Opens the header with the key that it names.
    pub fn begin(
        ring: &KeyRing,
        binding: &Binding<'_>,
        header: &Header,
    ) -> Result<Self, SealError> {
        let inside = header.unwrap(ring, binding)?;
        Ok(Self(Frames::new(&inside, header, binding)?))
    }

    /// Hash and length that the plaintext has to have.
    pub const fn plaintext(&self) -> Plaintext {
        self.0.plaintext
    }

    /// Opens one frame in place and returns the plaintext in it. The part may be truncated until
    /// [`Opener::finish`] has succeeded.
    pub fn open<'a>(&mut self, frame: &'a mut [u8], last: bool) -> Result<&'a mut [u8], SealError> {
        let whole = FRAME_BYTES + TAG_BYTES;
        if frame.len() < TAG_BYTES {
            return Err(SealError::Truncated);
        }
        if frame.len() > whole || (!last && frame.len() != whole) {
            return Err(SealError::Altered);
        }
        // A part that ends between two frames is truncated, not altered.
        let so_far = self.0.seen_bytes + (frame.len() - TAG_BYTES) as u64;
        if last && so_far < self.0.plaintext.bytes {
            return Err(SealError::Truncated);
        }
        let nonce = self.0.nonce(last)?;
        let plaintext = self
            .0
            .key
            .open_in_place(nonce, Aad::from(*self.0.bound.as_bytes()), frame)
            .map_err(|_| SealError::Altered)?;
        self.0.saw(plaintext);
        Ok(plaintext)
    }

    /// Call it after the last frame: an error if the part is not complete.
    pub fn finish(self) -> Result<Sha256Hash, SealError> {
        let plaintext = self.0.plaintext.sha256;
        if self.0.next.is_some() {
            Err(SealError::Truncated)
        } else if self.0.ends_whole() {
            Ok(plaintext)
        } else {
            Err(SealError::Altered)
        }
    }
}
