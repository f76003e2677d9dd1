//! `KeyDescription`: the statement in the leaf, in DER.
//!
//! Versions 1 to 4 (Keymaster) and from 100 on (KeyMint) have this structure. Later versions only
//! add tags to its two lists.

use super::{
    application::Application,
    authorizations::Authorizations,
    elements::{content, enumerated, octets},
};
use crate::Fault;
use der::{Decode, Reader, SliceReader, Tag, asn1::AnyRef};

/// Security levels, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecurityLevel {
    /// Android itself.
    Software,
    /// The trusted execution environment.
    TrustedEnvironment,
    /// A secure element.
    StrongBox,
}

/// The statement. Unused fields are only checked for their form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDescription<'a> {
    /// The version of the statement.
    pub version: u32,
    /// The security level of the attestation.
    pub attestation_level: SecurityLevel,
    /// The security level of the key.
    pub keymint_level: SecurityLevel,
    /// The challenge that the key was made with.
    pub challenge: &'a [u8],
    /// The properties that Android enforces.
    pub software: Authorizations<'a>,
    /// The properties that the hardware enforces.
    pub hardware: Authorizations<'a>,
}

impl<'a> KeyDescription<'a> {
    /// Parses the extension's content; trailing bytes are an error.
    pub fn decode(der: &'a [u8]) -> Result<Self, Fault> {
        Self::read(der).map_err(|_| Fault::StatementMalformed)
    }

    fn read(der: &'a [u8]) -> der::Result<Self> {
        let mut all = SliceReader::new(content(AnyRef::from_der(der)?, Tag::Sequence)?)?;
        let said = Self {
            version: u32::decode(&mut all)?,
            attestation_level: level(&mut all)?,
            keymint_level: {
                // The version of the key's hardware.
                u32::decode(&mut all)?;
                level(&mut all)?
            },
            challenge: octets(&mut all)?,
            software: {
                // A unique id of the phone for one app. It is never requested, and ignored.
                octets(&mut all)?;
                Authorizations::read(&mut all)?
            },
            hardware: Authorizations::read(&mut all)?,
        };
        all.finish()?;
        Ok(said)
    }

    /// The key's security level, but not higher than that of the attestation.
    pub fn level(&self) -> SecurityLevel {
        self.attestation_level.min(self.keymint_level)
    }

    /// The app that owns the key, according to Android. Old phones have it in the other list.
    pub fn application(&self) -> Result<Application<'a>, Fault> {
        let said = self.software.application.or(self.hardware.application);
        said.map_or(Ok(Application::default()), Application::decode)
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
