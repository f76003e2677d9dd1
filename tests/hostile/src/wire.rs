//! Requests, and the sealed parts in them.

use protocol::{
    activation::{BeginActivation, CompleteActivation},
    apoyos::{PartName, Payload, Submission},
    attestation::AskChallenge,
    ids::{ApoyoId, ProcessId},
    receipt::SignedReceipt,
    seal::{self, Binding, Header, KeyRing, SealedPart, SealingPurpose, SealingSecretKey},
};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::LazyLock;

static RING: LazyLock<KeyRing> = LazyLock::new(|| {
    let key = |purpose| SealingSecretKey::from_bytes(purpose, &[7; 32]);
    KeyRing::new(SealingPurpose::ALL.map(key))
});

/// The content of the one genuine part in the corpus.
const GENUINE: &[u8] = b"genuine";

/// A parsed value is written and parsed again as the same.
fn round<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    let rewritten = serde_json::to_vec(&again).expect("and written again");
    assert_eq!(written, rewritten);
}

/// Bodies of requests and answers.
pub fn requests(bytes: &[u8]) {
    round::<Submission>(bytes);
    round::<Payload>(bytes);
    round::<BeginActivation>(bytes);
    round::<CompleteActivation>(bytes);
    round::<AskChallenge>(bytes);
    round::<SignedReceipt>(bytes);
}

/// A sealed part. Only the genuine part of the corpus opens, and never a part of a fuzzer.
pub fn sealed(bytes: &[u8]) {
    if let Ok(header) = Header::read(bytes) {
        assert!(bytes.starts_with(&header.to_bytes()));
    }
    let process: ProcessId = "consulta".parse().expect("a slug");
    for part in [SealedPart::Fields, SealedPart::Picture(PartName::Front)] {
        let binding = Binding {
            process: &process,
            apoyo: ApoyoId::from_bytes([9; 16]),
            part,
        };
        if let Ok(opened) = seal::open_bytes(&RING, &binding, bytes) {
            assert_eq!(opened, GENUINE, "made-up bytes were opened");
        }
    }
}
