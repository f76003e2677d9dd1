//! Attestations.

use attestation::{
    Revocations, Roots, SinceEpoch,
    android::{self, application::Application, statement::KeyDescription},
    apple::{self, AttestationObject, AuthenticatorData},
    serials,
};
use std::sync::LazyLock;

static GOOGLE: LazyLock<Roots> = LazyLock::new(Roots::google);
static APPLE: LazyLock<Roots> = LazyLock::new(Roots::apple);

/// The statement in a leaf, and the app within it.
pub fn key_description(bytes: &[u8]) {
    if let Ok(said) = KeyDescription::decode(bytes) {
        let _ = said.application().map(|app| app.is("mx.apoyo", &[[0; 32]]));
        let _ = said.hardware.is_generated_signing_key();
        assert!(said.level() <= said.keymint_level);
    }
    let _ = Application::decode(bytes);
}

/// A chain: certificates one after another, each after its length in two bytes. A chain of a fuzzer
/// must never be accepted.
pub fn key_chain(bytes: &[u8]) {
    let mut chain = Vec::new();
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (certificate, after) = after.split_at(length);
        chain.push(certificate);
        rest = after;
    }
    let _ = serials(&chain);
    let expected = android::Expected {
        challenge: b"a challenge that no vector was made with",
        key: &[4; 65],
        package: "mx.apoyo",
        signers: &[[0; 32]],
        at: SinceEpoch::from_secs(1_800_000_000),
    };
    let seen = android::verify(&chain, &GOOGLE, &Revocations::default(), &expected);
    assert!(seen.is_err(), "a made-up chain was believed");
}

/// An object of App Attest. An object of a fuzzer must never be accepted.
pub fn app_attest(bytes: &[u8]) {
    if let Ok(object) = AttestationObject::decode(bytes) {
        let _ = AuthenticatorData::decode(object.authenticator_data);
    }
    let _ = AuthenticatorData::decode(bytes);
    let expected = apple::Expected {
        client_data_hash: &[0; 32],
        key_id: &[0; 32],
        app_id: "ABCDE12345.mx.apoyo",
        development: true,
        at: SinceEpoch::from_secs(1_713_441_600),
    };
    let seen = apple::verify(bytes, &APPLE, &expected);
    assert!(seen.is_err(), "a made-up object was believed");
}

/// A list of revocations.
pub fn revocations(bytes: &[u8]) {
    if let Ok(list) = Revocations::parse(bytes) {
        let fits = |serial: &str| {
            (1..=40).contains(&serial.len())
                && !serial.starts_with('0')
                && serial
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        assert!(list.serials().all(fits));
    }
}
