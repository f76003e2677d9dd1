//! The test vectors of the standard, for the cipher suite in use.

use super::kept;
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable,
    aead::ChaCha20Poly1305,
    kdf::HkdfSha256,
    kem::X25519HkdfSha256,
    rand_core::{TryCryptoRng, TryRng},
};
use protocol::seal::{SealingPurpose, SealingSecretKey};
use serde::Deserialize;
use std::convert::Infallible;

#[derive(Deserialize)]
struct Vector {
    info: String,
    ikm_e: String,
    ikm_r: String,
    sk_r: String,
    pk_r: String,
    enc: String,
    pt: String,
    aad: String,
    ct: String,
    exported_for_nothing: String,
}

/// A generator that always gives the same bytes.
struct Gives(Vec<u8>);

impl TryRng for Gives {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("an ephemeral key is drawn as bytes")
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("an ephemeral key is drawn as bytes")
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.copy_from_slice(&self.0);
        Ok(())
    }
}
impl TryCryptoRng for Gives {}

/// A clamped secret key: RFC 7748 fixes its lowest three bits and its highest two, so several texts
/// are the same key.
fn clamped(hex: &str) -> Vec<u8> {
    let mut key = hex::decode(hex).unwrap();
    key[0] &= 0xf8;
    key[31] = key[31] & 0x7f | 0x40;
    key
}

#[test]
fn hpke_does_what_the_standard_says() {
    let vector: Vector = kept("rfc9180.json");
    let bytes = |hex: &str| hex::decode(hex).unwrap();

    let (secret, public) = X25519HkdfSha256::derive_keypair(&bytes(&vector.ikm_r));
    assert_eq!(secret.to_bytes()[..], clamped(&vector.sk_r));
    assert_eq!(public.to_bytes()[..], bytes(&vector.pk_r));

    let (encapped, mut sender) =
        hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public,
            &bytes(&vector.info),
            &mut Gives(bytes(&vector.ikm_e)),
        )
        .unwrap();
    assert_eq!(encapped.to_bytes()[..], bytes(&vector.enc));
    let sealed = sender
        .seal(&bytes(&vector.pt), &bytes(&vector.aad))
        .unwrap();
    assert_eq!(sealed, bytes(&vector.ct));

    let encapped = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(&bytes(&vector.enc)).unwrap();
    let mut receiver = hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &encapped,
        &bytes(&vector.info),
    )
    .unwrap();
    let opened = receiver.open(&bytes(&vector.ct), &bytes(&vector.aad));
    assert_eq!(opened.unwrap(), bytes(&vector.pt));
    let mut exported = [0; 32];
    receiver.export(b"", &mut exported).unwrap();
    assert_eq!(exported[..], bytes(&vector.exported_for_nothing));
}

#[test]
fn our_keys_are_the_standards_keys() {
    let vector: Vector = kept("rfc9180.json");
    let mut bytes = [0; 32];
    hex::decode_to_slice(&vector.sk_r, &mut bytes).unwrap();
    let key = SealingSecretKey::from_bytes(SealingPurpose::Review, &bytes);
    assert_eq!(hex::encode(key.public().as_bytes()), vector.pk_r);
    assert_eq!(key.to_bytes()[..], clamped(&vector.sk_r));
}
