//! App Attest: Apple's own example, and an iPhone of our own making.

use crate::{
    authority::{Authority, Wanted},
    honest::NOW,
    tlv::{octets, sequence, tagged},
};
use attestation::{
    Fault, Roots, SinceEpoch,
    apple::{self, AttestationObject, AuthenticatorData, Expected},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use minicbor::Encoder;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384};
use sha2::{Digest, Sha256};

const APP: &str = "ABCDE12345.mx.apoyo.ciudadano";
const CLIENT_DATA: [u8; 32] = [0xCD; 32];
const NONCE: &[u64] = &[1, 2, 840, 113635, 100, 8, 2];

fn encode(certificates: &[Vec<u8>], data: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder.map(3).unwrap();
    encoder.str("fmt").unwrap().str("apple-appattest").unwrap();
    encoder.str("attStmt").unwrap().map(2).unwrap();
    encoder.str("x5c").unwrap();
    encoder.array(certificates.len() as u64).unwrap();
    for one in certificates {
        encoder.bytes(one).unwrap();
    }
    encoder.str("receipt").unwrap().bytes(b"receipt").unwrap();
    encoder.str("authData").unwrap().bytes(data).unwrap();
    encoder.into_writer()
}

/// An iPhone of our own making: each part can be made wrong.
struct Iphone {
    app: &'static str,
    environment: &'static [u8; 16],
    counter: u32,
    client_data: [u8; 32],
    foreign_credential: bool,
    years: (i32, i32),
}

const GOOD: Iphone = Iphone {
    app: APP,
    environment: b"appattest\0\0\0\0\0\0\0",
    counter: 0,
    client_data: CLIENT_DATA,
    foreign_credential: false,
    years: (2026, 2027),
};

impl Iphone {
    /// What App Attest makes, and what the app makes of it.
    fn attest(&self) -> Result<(), Fault> {
        let (object, roots, key_id) = self.object();
        let expected = Expected {
            client_data_hash: &CLIENT_DATA,
            key_id: &key_id,
            app_id: APP,
            development: false,
            at: NOW,
        };
        apple::verify(&object, &roots, &expected)
    }

    fn object(&self) -> (Vec<u8>, Roots, [u8; 32]) {
        let root = Authority::root(&Wanted::authority("Root", 1), &PKCS_ECDSA_P384_SHA384);
        let middle = root.issue(&Wanted::authority("CA 1", 2), &PKCS_ECDSA_P384_SHA384);
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let key_id: [u8; 32] = Sha256::digest(key.public_key_raw()).into();

        let mut data = Sha256::digest(self.app).to_vec();
        data.push(0x40);
        data.extend(self.counter.to_be_bytes());
        data.extend(self.environment);
        data.extend(32_u16.to_be_bytes());
        match self.foreign_credential {
            true => data.extend([9; 32]),
            false => data.extend(key_id),
        }
        data.extend(b"and the key once more");
        let nonce = Sha256::new()
            .chain_update(&data)
            .chain_update(self.client_data)
            .finalize();
        let mut leaf = Wanted::leaf(Vec::new()).within(self.years);
        leaf.extensions = vec![(NONCE, sequence(&[tagged(1, &octets(&nonce))]))];
        let leaf = middle.certify(&leaf, &key).der().to_vec();
        let roots = Roots::from_pem(&[&root.pem()]).unwrap();
        (encode(&[leaf, middle.der()], &data), roots, key_id)
    }
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
    assert_eq!(GOOD.attest(), Ok(()));
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
        assert_eq!(phone.attest(), Err(fault));
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
    // A map that names one key twice, and one of no definite length.
    let twice = b"\xA2\x63fmt\x61a\x63fmt\x61a";
    assert!(AttestationObject::decode(twice).is_err());
    assert!(AttestationObject::decode(b"\xBF\xFF").is_err());
    // A list that claims more certificates than there are bytes in the world.
    let endless = b"\xA1\x67attStmt\xA1\x63x5c\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    assert!(AttestationObject::decode(endless).is_err());
    for length in 0..87 {
        assert!(AuthenticatorData::decode(&vec![0xFF; length]).is_err());
    }
}
