//! App Attest: Apple attests that this app made a key in the Secure Enclave.
//!
//! The key of App Attest is not the device key, and iOS cannot attest where the device key lives.
//! So the attested hash contains the device key: the app that Apple attests states that this is
//! its key.

mod object;

pub use object::{AttestationObject, AuthenticatorData};

use crate::{
    Fault, Roots, SinceEpoch,
    path::{self, CaFlag},
    signature,
};
use const_oid::ObjectIdentifier;
use der::{Decode, Reader, SliceReader, Tag, Tagged, asn1::AnyRef};
use sha2::{Digest, Sha256};

/// The leaf's extension with the nonce.
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113635.100.8.2");

/// The facts that the object has to attest.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The client data hash that the phone gave to App Attest.
    pub client_data_hash: &'a [u8],
    /// The identifier of App Attest's key.
    pub key_id: &'a [u8; 32],
    /// The app: `TEAMID.bundle.identifier`.
    pub app_id: &'a str,
    /// Whether development builds of the app are accepted.
    pub development: bool,
    /// The current time. Leaves are valid for three days, so an object is verified once, when it
    /// arrives.
    pub at: SinceEpoch,
}

/// Validates the object's certificates up to one of `roots`, and compares its content with
/// `expected`. It yields no further facts.
pub fn verify(object: &[u8], roots: &Roots, expected: &Expected<'_>) -> Result<(), Fault> {
    let object = AttestationObject::decode(object)?;
    let chain = path::validate(&object.certificates, roots, CaFlag::All)?;
    if !chain.iter().all(|one| one.is_valid_at(expected.at)) {
        return Err(Fault::CertificateExpired);
    }
    let leaf = chain.first().ok_or(Fault::ChainMalformed)?;

    let mut found = leaf.extensions(NONCE);
    let nonce = match (found.next(), found.next()) {
        (Some(extension), None) => nonce(extension).map_err(|_| Fault::StatementMalformed)?,
        (None, _) => return Err(Fault::StatementMissing),
        (Some(_), Some(_)) => return Err(Fault::StatementRepeated),
    };
    let said = Sha256::new()
        .chain_update(object.authenticator_data)
        .chain_update(expected.client_data_hash)
        .finalize();
    if nonce != said.as_slice() {
        return Err(Fault::ChallengeForeign);
    }

    let about = AuthenticatorData::decode(object.authenticator_data)?;
    if about.app != Sha256::digest(expected.app_id).as_slice() {
        return Err(Fault::AppForeign);
    }
    match about.environment {
        b"appattest\0\0\0\0\0\0\0" => {}
        b"appattestdevelop" if expected.development => {}
        b"appattestdevelop" => return Err(Fault::AppInDevelopment),
        _ => return Err(Fault::AppForeign),
    }
    if about.counter != 0 {
        return Err(Fault::CounterRisen);
    }
    let point = signature::p256_point(leaf.key()).ok_or(Fault::KeyUnfit)?;
    let key_id = Sha256::digest(point);
    if key_id.as_slice() != expected.key_id || about.credential != expected.key_id {
        return Err(Fault::KeyForeign);
    }
    Ok(())
}

/// `SEQUENCE { [1] OCTET STRING }`.
fn nonce(extension: &[u8]) -> der::Result<&[u8]> {
    let wrong = || der::Error::from(der::ErrorKind::Failed);
    let outer = AnyRef::from_der(extension)?;
    let mut inner = SliceReader::new(outer.value())?;
    let tagged = AnyRef::decode(&mut inner)?;
    inner.finish()?;
    let octets = AnyRef::from_der(tagged.value())?;
    let shape = (outer.tag(), tagged.tag().number().value(), octets.tag());
    match shape == (Tag::Sequence, 1, Tag::OctetString) && tagged.tag().is_context_specific() {
        true => Ok(octets.value()),
        false => Err(wrong()),
    }
}
