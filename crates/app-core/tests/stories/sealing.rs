//! The sealing keys of the test's server.

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use protocol::{
    apoyos::{PartName, Payload, Submission},
    environment::SystemEntropy,
    ids::Sha256Hash,
    seal::{
        Binding, KeyRing, SealedPart, SealingPurpose, SealingSecretKey,
        announced::{SealingKeys, SignedSealingKeys},
        open_bytes,
    },
};
use std::sync::Mutex;

struct Pair {
    intake: SealingSecretKey,
    review: SealingSecretKey,
}

/// All key pairs; the last ones are in force.
pub struct Sealing(Mutex<Vec<Pair>>);

fn pair() -> Pair {
    let key = |purpose| SealingSecretKey::random(purpose, &SystemEntropy);
    Pair {
        intake: key(SealingPurpose::Intake),
        review: key(SealingPurpose::Review),
    }
}

impl Sealing {
    pub fn new() -> Self {
        Self(Mutex::new(vec![pair()]))
    }

    /// Rotates the keys; the old ones still open.
    pub fn rotate(&self) {
        self.0.lock().unwrap().push(pair());
    }

    pub fn announced(&self, receipts: &Ed25519KeyPair) -> SignedSealingKeys {
        let pairs = self.0.lock().unwrap();
        let last = pairs.last().unwrap();
        let since = DateTime::<Utc>::from_timestamp(1_700_000_000 + pairs.len() as i64, 0);
        let keys = SealingKeys {
            intake: *last.intake.public(),
            review: *last.review.public(),
            since: since.unwrap(),
        };
        let signature = URL_SAFE_NO_PAD.encode(receipts.sign(&keys.signed_bytes()));
        SignedSealingKeys { keys, signature }
    }

    pub fn payload(&self, submission: &Submission) -> Payload {
        let sealed = URL_SAFE_NO_PAD.decode(&submission.payload).unwrap();
        assert_eq!(Sha256Hash::of(&sealed), submission.manifest.payload);
        let pairs = self.0.lock().unwrap();
        let ring = KeyRing::new(pairs.iter().map(|pair| pair.intake.clone()));
        serde_json::from_slice(&open(&ring, submission, SealedPart::Fields, &sealed)).unwrap()
    }

    pub fn picture(&self, submission: &Submission, name: PartName, sealed: &[u8]) -> Vec<u8> {
        let pairs = self.0.lock().unwrap();
        let ring = KeyRing::new(pairs.iter().map(|pair| pair.review.clone()));
        open(&ring, submission, SealedPart::Picture(name), sealed)
    }
}

fn open(ring: &KeyRing, submission: &Submission, part: SealedPart, sealed: &[u8]) -> Vec<u8> {
    let binding = Binding {
        process: &submission.manifest.process,
        apoyo: submission.manifest.apoyo,
        part,
    };
    open_bytes(ring, &binding, sealed).unwrap()
}
