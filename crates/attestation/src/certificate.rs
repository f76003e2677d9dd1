//! One certificate: parsed, and with the exact bytes that its issuer signed.

use crate::{Fault, SinceEpoch};
use const_oid::{
    ObjectIdentifier,
    db::rfc5280::{ID_CE_BASIC_CONSTRAINTS, ID_CE_KEY_USAGE},
};
use der::{Decode, Reader, SliceReader, Tag, Tagged, asn1::AnyRef};
use x509_cert::{
    ext::pkix::{BasicConstraints, KeyUsage},
    name::Name,
    spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned},
};

/// A certificate and its signed bytes.
pub(crate) struct Certificate<'a> {
    signed: &'a [u8],
    parsed: x509_cert::Certificate,
}

impl<'a> Certificate<'a> {
    /// Parses one certificate in DER; trailing bytes are an error.
    pub fn parse(der: &'a [u8]) -> Result<Self, Fault> {
        let parsed = x509_cert::Certificate::from_der(der).map_err(|_| Fault::ChainMalformed)?;
        // The algorithm is named twice; only the inner name is signed.
        if parsed.tbs_certificate().signature() != parsed.signature_algorithm() {
            return Err(Fault::ChainMalformed);
        }
        let signed = signed_part(der).map_err(|_| Fault::ChainMalformed)?;
        Ok(Self { signed, parsed })
    }

    /// The signed bytes (`tbsCertificate`) as they came, not re-encoded.
    pub fn signed(&self) -> &'a [u8] {
        self.signed
    }

    /// The issuer's signature.
    pub fn signature(&self) -> Result<&[u8], Fault> {
        self.parsed
            .signature()
            .as_bytes()
            .ok_or(Fault::ChainMalformed)
    }

    /// The signature algorithm.
    pub fn algorithm(&self) -> &AlgorithmIdentifierOwned {
        self.parsed.signature_algorithm()
    }

    /// The issuer's name.
    pub fn issuer(&self) -> &Name {
        self.parsed.tbs_certificate().issuer()
    }

    /// The subject's name.
    pub fn subject(&self) -> &Name {
        self.parsed.tbs_certificate().subject()
    }

    /// The subject's public key.
    pub fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.parsed.tbs_certificate().subject_public_key_info()
    }

    /// The serial number in lower-case hexadecimal digits without leading zeros.
    pub fn serial(&self) -> String {
        let bytes = self.parsed.tbs_certificate().serial_number().as_bytes();
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.trim_start_matches('0').to_owned()
    }

    /// Whether `at` is within its validity period.
    pub fn is_valid_at(&self, at: SinceEpoch) -> bool {
        let validity = self.parsed.tbs_certificate().validity();
        let begins = validity.not_before.to_unix_duration();
        // The end has a precision of one second, and includes that second.
        let ends = validity.not_after.to_unix_duration() + std::time::Duration::from_secs(1);
        (begins..ends).contains(&at)
    }

    /// The contents of every extension of this kind.
    pub fn extensions(&self, kind: ObjectIdentifier) -> impl Iterator<Item = &[u8]> {
        self.all_extensions()
            .filter(move |extension| extension.extn_id == kind)
            .map(|extension| extension.extn_value.as_bytes())
    }

    /// The most certificates between this issuer and the leaf (path length constraint), if limited;
    /// a [`Fault`] if it must not issue any.
    pub fn path_length(&self) -> Result<Option<u8>, Fault> {
        let mut found = self.extensions(ID_CE_BASIC_CONSTRAINTS);
        let (Some(constraints), None) = (found.next(), found.next()) else {
            return Err(Fault::ChainBroken);
        };
        let constraints =
            BasicConstraints::from_der(constraints).map_err(|_| Fault::ChainMalformed)?;
        if let Some(usage) = self.extensions(ID_CE_KEY_USAGE).next() {
            let usage = KeyUsage::from_der(usage).map_err(|_| Fault::ChainMalformed)?;
            if !usage.key_cert_sign() {
                return Err(Fault::ChainBroken);
            }
        }
        match constraints.ca {
            true => Ok(constraints.path_len_constraint),
            false => Err(Fault::ChainBroken),
        }
    }

    /// Whether it has a critical extension that this code does not know.
    pub fn has_unknown_critical_extension(&self) -> bool {
        self.all_extensions().any(|extension| {
            extension.critical
                && extension.extn_id != ID_CE_BASIC_CONSTRAINTS
                && extension.extn_id != ID_CE_KEY_USAGE
        })
    }

    fn all_extensions(&self) -> impl Iterator<Item = &x509_cert::ext::Extension> {
        self.parsed
            .tbs_certificate()
            .extensions()
            .into_iter()
            .flatten()
    }
}

/// The first element of the outer sequence, with its header.
fn signed_part(der: &[u8]) -> der::Result<&[u8]> {
    let outer = AnyRef::from_der(der)?;
    if outer.tag() != Tag::Sequence {
        return Err(der::ErrorKind::Failed.into());
    }
    let mut inner = SliceReader::new(outer.value())?;
    inner.tlv_bytes()
}
