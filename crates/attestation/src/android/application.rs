//! `AttestationApplicationId`: the app that owns a key, according to Android.

use super::elements::{content, octets};
use crate::Fault;
use der::{Decode, Reader, SliceReader, Tag, asn1::AnyRef};

/// The packages that share the key, and the certificates that signed them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Application<'a> {
    /// Package names; several if apps share a user id.
    pub packages: Vec<&'a [u8]>,
    /// SHA-256 of each signing certificate.
    pub signers: Vec<&'a [u8]>,
}

impl<'a> Application<'a> {
    /// Parses it; trailing bytes are an error.
    pub fn decode(der: &'a [u8]) -> Result<Self, Fault> {
        Self::read(der).map_err(|_| Fault::StatementMalformed)
    }

    fn read(der: &'a [u8]) -> der::Result<Self> {
        let mut all = SliceReader::new(content(AnyRef::from_der(der)?, Tag::Sequence)?)?;
        let mut found = Self::default();
        let mut set = SliceReader::new(content(AnyRef::decode(&mut all)?, Tag::Set)?)?;
        while !set.is_finished() {
            let mut package = SliceReader::new(content(AnyRef::decode(&mut set)?, Tag::Sequence)?)?;
            found.packages.push(octets(&mut package)?);
            // The package's version, which does not matter.
            content(AnyRef::decode(&mut package)?, Tag::Integer)?;
            package.finish()?;
        }
        let mut set = SliceReader::new(content(AnyRef::decode(&mut all)?, Tag::Set)?)?;
        while !set.is_finished() {
            found.signers.push(octets(&mut set)?);
        }
        all.finish()?;
        Ok(found)
    }

    /// Whether the app is only this package, signed by one of `signers`.
    pub fn is(&self, package: &str, signers: &[[u8; 32]]) -> bool {
        let this_package = self.packages.as_slice() == [package.as_bytes()];
        let signed = signers
            .iter()
            .any(|known| self.signers.contains(&known.as_slice()));
        this_package && signed
    }
}
