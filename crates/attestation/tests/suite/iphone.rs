//! A simulated iPhone: the object that App Attest would make for it.

use crate::{
    authority::{Authority, Wanted},
    tlv::{octets, sequence, tagged},
};
use attestation::Roots;
use minicbor::Encoder;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384};
use sha2::{Digest, Sha256};

pub const APP: &str = "ABCDE12345.mx.apoyo.ciudadano";
pub const CLIENT_DATA: [u8; 32] = [0xCD; 32];
const NONCE: &[u64] = &[1, 2, 840, 113635, 100, 8, 2];

/// The object with these certificates and this authenticator data.
pub fn encode(certificates: &[Vec<u8>], data: &[u8]) -> Vec<u8> {
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

/// A simulated iPhone, each part of which can be made wrong.
pub struct Iphone {
    pub app: &'static str,
    pub environment: &'static [u8; 16],
    pub counter: u32,
    pub client_data: [u8; 32],
    pub foreign_credential: bool,
    pub years: (i32, i32),
}

/// An honest one.
pub const GOOD: Iphone = Iphone {
    app: APP,
    environment: b"appattest\0\0\0\0\0\0\0",
    counter: 0,
    client_data: CLIENT_DATA,
    foreign_credential: false,
    years: (2026, 2027),
};

impl Iphone {
    /// The object, its root, and the identifier of its key.
    pub fn object(&self) -> (Vec<u8>, Roots, [u8; 32]) {
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
