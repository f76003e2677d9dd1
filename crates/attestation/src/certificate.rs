//! One certificate: parsed, with the very bytes that its issuer signed.

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

/// A certificate with the bytes it came in.
pub(crate) struct Certificate<'a> {
    signed: &'a [u8],
    parsed: x509_cert::Certificate,
}

impl<'a> Certificate<'a> {
    /// Reads one certificate in DER, and nothing after it.
    pub fn parse(der: &'a [u8]) -> Result<Self, Fault> {
        let parsed = x509_cert::Certificate::from_der(der).map_err(|_| Fault::ChainMalformed)?;
        // The algorithm is named twice; only the inner name is signed.
        if parsed.tbs_certificate().signature() != parsed.signature_algorithm() {
            return Err(Fault::ChainMalformed);
        }
        let signed = signed_part(der).map_err(|_| Fault::ChainMalformed)?;
        Ok(Self { signed, parsed })
    }

    /// The bytes that the issuer signed, as they came: never encoded anew.
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

    /// How it was signed.
    pub fn algorithm(&self) -> &AlgorithmIdentifierOwned {
        self.parsed.signature_algorithm()
    }

    /// Who issued it.
    pub fn issuer(&self) -> &Name {
        self.parsed.tbs_certificate().issuer()
    }

    /// Whose it is.
    pub fn subject(&self) -> &Name {
        self.parsed.tbs_certificate().subject()
    }

    /// The key that it speaks of.
    pub fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.parsed.tbs_certificate().subject_public_key_info()
    }

    /// The serial number in lower-case hexadecimal digits without leading zeros.
    pub fn serial(&self) -> String {
        let bytes = self.parsed.tbs_certificate().serial_number().as_bytes();
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.trim_start_matches('0').to_owned()
    }

    /// Whether `at` is within its time.
    pub fn is_valid_at(&self, at: SinceEpoch) -> bool {
        let validity = self.parsed.tbs_certificate().validity();
        let begins = validity.not_before.to_unix_duration();
        // Written to the second, and good until that second is over.
        let ends = validity.not_after.to_unix_duration() + std::time::Duration::from_secs(1);
        (begins..ends).contains(&at)
    }

    /// The contents of every extension of this kind.
    pub fn extensions(&self, kind: ObjectIdentifier) -> impl Iterator<Item = &[u8]> {
        self.all_extensions()
            .filter(move |extension| extension.extn_id == kind)
            .map(|extension| extension.extn_value.as_bytes())
    }

    /// How many certificates may stand between it and the leaf; a [`Fault`] where it may issue
    /// none at all.
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

    /// Whether it demands that something be understood which is not understood here.
    pub fn demands_the_unknown(&self) -> bool {
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
