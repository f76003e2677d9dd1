//! `KeyDescription`: the statement in the leaf, in DER.
//!
//! Versions 1 to 4 (Keymaster) and 100 and up (KeyMint) share this shape; what later versions
//! add are new tags in its two lists.

use super::{application::Application, authorizations::Authorizations};
use crate::Fault;
use der::{Decode, Reader, SliceReader, Tag, Tagged, asn1::AnyRef};

/// Where something lives or happens, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecurityLevel {
    /// In Android itself.
    Software,
    /// In the trusted environment.
    TrustedEnvironment,
    /// In a chip of its own.
    StrongBox,
}

/// With which system the phone started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootState {
    /// The maker's, whole.
    Verified,
    /// One that the phone's owner signed.
    SelfSigned,
    /// Any: nothing was checked.
    Unverified,
    /// The check failed.
    Failed,
}

/// The statement. What is not used here is checked for its form only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDescription<'a> {
    /// The version of the statement.
    pub version: u32,
    /// Who speaks.
    pub attestation_level: SecurityLevel,
    /// Who holds the key.
    pub keymint_level: SecurityLevel,
    /// What the key was made with.
    pub challenge: &'a [u8],
    /// What Android vouches for.
    pub software: Authorizations<'a>,
    /// What the hardware vouches for.
    pub hardware: Authorizations<'a>,
}

impl<'a> KeyDescription<'a> {
    /// Reads the extension's content, and nothing after it.
    pub fn decode(der: &'a [u8]) -> Result<Self, Fault> {
        Self::read(der).map_err(|_| Fault::StatementMalformed)
    }

    fn read(der: &'a [u8]) -> der::Result<Self> {
        let mut all = SliceReader::new(content(AnyRef::from_der(der)?, Tag::Sequence)?)?;
        let said = Self {
            version: u32::decode(&mut all)?,
            attestation_level: level(&mut all)?,
            keymint_level: {
                // The version of what holds the key.
                u32::decode(&mut all)?;
                level(&mut all)?
            },
            challenge: octets(&mut all)?,
            software: {
                // A name of the phone for one app; never asked for, and not looked at.
                octets(&mut all)?;
                Authorizations::read(&mut all)?
            },
            hardware: Authorizations::read(&mut all)?,
        };
        all.finish()?;
        Ok(said)
    }

    /// Where the key lives, believed no further than who says so.
    pub fn level(&self) -> SecurityLevel {
        self.attestation_level.min(self.keymint_level)
    }

    /// Which app the key belongs to: Android's word, in either list of old phones.
    pub fn application(&self) -> Result<Application<'a>, Fault> {
        let said = self.software.application.or(self.hardware.application);
        said.map_or(Ok(Application::default()), Application::decode)
    }
}

/// The content of an element with this tag.
pub(super) fn content(element: AnyRef<'_>, tag: Tag) -> der::Result<&[u8]> {
    match element.tag() == tag {
        true => Ok(element.value()),
        false => Err(der::ErrorKind::Failed.into()),
    }
}

/// The content of an OCTET STRING.
pub(super) fn octets<'a>(reader: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
    content(AnyRef::decode(reader)?, Tag::OctetString)
}

/// The one byte of an ENUMERATED.
pub(super) fn enumerated(reader: &mut SliceReader<'_>) -> der::Result<u8> {
    match content(AnyRef::decode(reader)?, Tag::Enumerated)? {
        [value] => Ok(*value),
        _ => Err(der::ErrorKind::Failed.into()),
    }
}

fn level(reader: &mut SliceReader<'_>) -> der::Result<SecurityLevel> {
    match enumerated(reader)? {
        0 => Ok(SecurityLevel::Software),
        1 => Ok(SecurityLevel::TrustedEnvironment),
        2 => Ok(SecurityLevel::StrongBox),
        _ => Err(der::ErrorKind::Failed.into()),
    }
}
