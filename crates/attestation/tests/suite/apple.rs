//! App Attest: Apple's own example, and a simulated iPhone.

use crate::{
    honest::NOW,
    iphone::{APP, CLIENT_DATA, GOOD, Iphone, encode},
};
use attestation::{
    Fault, Roots, SinceEpoch,
    apple::{self, AttestationObject, AuthenticatorData, Expected},
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// Verifies the object of this phone.
fn attest(phone: &Iphone) -> Result<(), Fault> {
    let (object, roots, key_id) = phone.object();
    let expected = Expected {
        client_data_hash: &CLIENT_DATA,
        key_id: &key_id,
        app_id: APP,
        development: false,
        at: NOW,
    };
    apple::verify(&object, &roots, &expected)
}

#[test]
fn apples_own_example_holds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/apple");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
    let certificate = |name| der::pem::decode_vec(read(name).as_bytes()).unwrap().1;
    let data = STANDARD.decode(read("auth-data.b64").trim()).unwrap();
    let object = encode(
        &[certificate("leaf.pem"), certificate("intermediate.pem")],
        &data,
    );
    let key_id = STANDARD.decode("bSrEhF8TIzIvWSPwvZ0i2+UOBre4ASH84rK15m6emNY=");
    let key_id: [u8; 32] = key_id.unwrap().try_into().unwrap();
    let expected = Expected {
        client_data_hash: b"test_server_challenge",
        key_id: &key_id,
        app_id: "0352187391.com.apple.example_app_attest",
        development: false,
        at: SinceEpoch::from_secs(1_713_441_600),
    };
    let verify = |expected| apple::verify(&object, &Roots::apple(), &expected);
    assert_eq!(verify(expected), Ok(()));

    let day = SinceEpoch::from_secs(86_400);
    for (changed, fault) in [
        (
            Expected {
                at: expected.at + 3 * day,
                ..expected
            },
            Fault::CertificateExpired,
        ),
        (
            Expected {
                client_data_hash: b"test_server_challengf",
                ..expected
            },
            Fault::ChallengeForeign,
        ),
        (
            Expected {
                app_id: "0352187391.com.apple.another",
                ..expected
            },
            Fault::AppForeign,
        ),
        (
            Expected {
                key_id: &[0; 32],
                ..expected
            },
            Fault::KeyForeign,
        ),
    ] {
        assert_eq!(verify(changed), Err(fault));
    }
    let google = apple::verify(&object, &Roots::google(), &expected);
    assert_eq!(google, Err(Fault::RootUnknown));
}

#[test]
fn toñitas_iphone_is_believed_and_one_wrong_part_is_not() {
    assert_eq!(attest(&GOOD), Ok(()));
    for (phone, fault) in [
        (
            Iphone {
                app: "ABCDE12345.mx.apoyo.otra",
                ..GOOD
            },
            Fault::AppForeign,
        ),
        (
            Iphone {
                environment: b"appattestdevelop",
                ..GOOD
            },
            Fault::AppInDevelopment,
        ),
        (
            Iphone {
                environment: &[0; 16],
                ..GOOD
            },
            Fault::AppForeign,
        ),
        (Iphone { counter: 1, ..GOOD }, Fault::CounterRisen),
        (
            Iphone {
                client_data: [0; 32],
                ..GOOD
            },
            Fault::ChallengeForeign,
        ),
        (
            Iphone {
                foreign_credential: true,
                ..GOOD
            },
            Fault::KeyForeign,
        ),
        (
            Iphone {
                years: (2024, 2025),
                ..GOOD
            },
            Fault::CertificateExpired,
        ),
    ] {
        assert_eq!(attest(&phone), Err(fault));
    }
}

#[test]
fn objects_that_are_not_cbor_are_refused_and_never_break_anything() {
    let (object, _, _) = GOOD.object();
    assert!(AttestationObject::decode(&object).is_ok());
    for length in 0..object.len() {
        assert!(AttestationObject::decode(&object[..length]).is_err());
    }
    assert!(AttestationObject::decode(&[object.as_slice(), &[0]].concat()).is_err());
    // A map that names one key twice, and one of indefinite length.
    let twice = b"\xA2\x63fmt\x61a\x63fmt\x61a";
    assert!(AttestationObject::decode(twice).is_err());
    assert!(AttestationObject::decode(b"\xBF\xFF").is_err());
    // A list that claims more certificates than any input has bytes.
    let endless = b"\xA1\x67attStmt\xA1\x63x5c\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    assert!(AttestationObject::decode(endless).is_err());
    for length in 0..87 {
        assert!(AuthenticatorData::decode(&vec![0xFF; length]).is_err());
    }
}
