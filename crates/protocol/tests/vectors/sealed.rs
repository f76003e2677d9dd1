//! Our own formats: keys and their names, sealed parts, the announced keys.

use super::{Fixed, compare, kept};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use protocol::{
    apoyos::PartName,
    ids::{ApoyoId, ProcessId, Sha256Hash},
    receipt::ReceiptPublicKey,
    seal::{
        Binding, HEADER_BYTES, Header, KeyRing, SealedPart, SealingPurpose, SealingSecretKey,
        announced::{SealingKeys, SignedSealingKeys},
        open_bytes, seal_bytes,
    },
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Key {
    purpose: String,
    secret: String,
    public: String,
    id: String,
}

/// Of a short part everything, of a long one how it begins and its hash.
#[derive(Serialize, Deserialize)]
struct Part {
    part: String,
    /// Byte `i` is `31 i mod 251`.
    plaintext_bytes: usize,
    plaintext_sha256: Sha256Hash,
    header: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    frames: Option<String>,
    sealed_bytes: usize,
    sealed_sha256: Sha256Hash,
}

#[derive(Serialize, Deserialize)]
struct Vectors {
    process: String,
    apoyo: String,
    keys: Vec<Key>,
    parts: Vec<Part>,
    announced: SignedSealingKeys,
    announced_with: ReceiptPublicKey,
}

const FILE: &str = "sealed.json";

fn plaintext(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 31 % 251) as u8).collect()
}

fn pairs() -> [SealingSecretKey; 2] {
    [
        SealingSecretKey::random(SealingPurpose::Intake, &Fixed::named("intake")),
        SealingSecretKey::random(SealingPurpose::Review, &Fixed::named("review")),
    ]
}

fn place() -> (ProcessId, ApoyoId) {
    let process = "consultas-2027".parse().unwrap();
    (process, ApoyoId::random(&Fixed::named("apoyo")))
}

fn parts() -> [(SealedPart, usize); 6] {
    [
        (SealedPart::Fields, 600),
        (SealedPart::Picture(PartName::Front), 0),
        (SealedPart::Picture(PartName::Back), 70_000),
        (SealedPart::Picture(PartName::Back), 65_536),
        (SealedPart::Picture(PartName::Selfie), 300_000),
        (SealedPart::Picture(PartName::Signature), 1),
    ]
}

fn sealed(part: SealedPart, length: usize) -> Vec<u8> {
    let (process, apoyo) = place();
    let binding = Binding {
        process: &process,
        apoyo,
        part,
    };
    let [intake, review] = pairs();
    let key = match part.purpose() {
        SealingPurpose::Intake => intake,
        SealingPurpose::Review => review,
    };
    let draws = Fixed::named("sealing");
    seal_bytes(key.public(), &binding, &plaintext(length), &draws).unwrap()
}

#[test]
fn what_was_sealed_by_any_version_is_sealed_alike_by_this_one() {
    let (process, apoyo) = place();
    let keys = pairs().map(|key| Key {
        purpose: key.purpose().to_string(),
        secret: hex::encode(*key.to_bytes()),
        public: hex::encode(key.public().as_bytes()),
        id: key.id().to_string(),
    });
    let parts = parts().map(|(part, length)| {
        let sealed = sealed(part, length);
        Part {
            part: part.as_str().to_owned(),
            plaintext_bytes: length,
            plaintext_sha256: Sha256Hash::of(&plaintext(length)),
            header: hex::encode(&sealed[..HEADER_BYTES]),
            frames: (length < 1000).then(|| hex::encode(&sealed[HEADER_BYTES..])),
            sealed_bytes: sealed.len(),
            sealed_sha256: Sha256Hash::of(&sealed),
        }
    });
    let [intake, review] = pairs();
    let announced = SealingKeys {
        intake: *intake.public(),
        review: *review.public(),
        since: "2026-11-22T08:30:00.125Z".parse().unwrap(),
    };
    let server = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let signature = server.sign(&announced.signed_bytes());
    let pinned: [u8; 32] = server.public_key().as_ref().try_into().unwrap();
    compare(
        FILE,
        &Vectors {
            process: process.to_string(),
            apoyo: apoyo.to_string(),
            keys: keys.into(),
            parts: parts.into(),
            announced: SignedSealingKeys {
                keys: announced,
                signature: URL_SAFE_NO_PAD.encode(signature),
            },
            announced_with: ReceiptPublicKey::from_bytes(pinned),
        },
    );
}

#[test]
fn what_was_sealed_by_any_version_is_opened_by_this_one() {
    let vectors: Vectors = kept(FILE);
    let process: ProcessId = vectors.process.parse().unwrap();
    let apoyo: ApoyoId = vectors.apoyo.parse().unwrap();
    let ring = KeyRing::new(vectors.keys.iter().map(|key| {
        let purpose = SealingPurpose::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == key.purpose)
            .unwrap();
        let mut secret = [0; 32];
        hex::decode_to_slice(&key.secret, &mut secret).unwrap();
        SealingSecretKey::from_bytes(purpose, &secret)
    }));
    for kept in vectors.parts {
        let (part, length) = parts()
            .into_iter()
            .find(|(part, length)| part.as_str() == kept.part && *length == kept.plaintext_bytes)
            .unwrap();
        let mut sealed = hex::decode(&kept.header).unwrap();
        match &kept.frames {
            Some(frames) => sealed.extend(hex::decode(frames).unwrap()),
            None => sealed = self::sealed(part, length),
        }
        assert_eq!(Sha256Hash::of(&sealed), kept.sealed_sha256);
        let binding = Binding {
            process: &process,
            apoyo,
            part,
        };
        Header::read(&sealed).unwrap().belongs(&binding).unwrap();
        let opened = open_bytes(&ring, &binding, &sealed).unwrap();
        assert_eq!(Sha256Hash::of(&opened), kept.plaintext_sha256);
    }
}

#[test]
fn announced_keys_are_believed_only_as_the_pinned_server_signed_them() {
    let vectors: Vectors = kept(FILE);
    let pinned = vectors.announced_with;
    let announced = vectors.announced;
    assert_eq!(announced.verify(&pinned).unwrap(), &announced.keys);

    let mut forged = announced.clone();
    forged.keys.review = forged.keys.intake;
    assert!(forged.verify(&pinned).is_err());
    let other = ReceiptPublicKey::from_bytes([9; 32]);
    assert!(announced.verify(&other).is_err());

    let mut older = announced.clone();
    older.keys.since -= chrono::TimeDelta::days(1);
    assert!(older.is_followed_by(&announced) && !announced.is_followed_by(&older));
    assert!(!announced.is_followed_by(&announced));
}
