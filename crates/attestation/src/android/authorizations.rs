//! `AuthorizationList`: what somebody vouches for, one explicit tag for each property.
//!
//! Tags rise strictly, as DER has it. Tags that are not known here are passed over: every
//! version of Android adds some.

use super::statement::{BootState, content, enumerated, octets};
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged, asn1::AnyRef};

/// `KM_PURPOSE_SIGN`; `VERIFY` needs no secret and changes nothing.
const SIGN: u32 = 2;
const VERIFY: u32 = 3;
/// `KM_ALGORITHM_EC`.
const EC: u32 = 3;
/// `KM_EC_CURVE_P_256`.
const P_256: u32 = 1;
/// `KM_ORIGIN_GENERATED`.
const GENERATED: u32 = 0;

/// How the phone started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RootOfTrust {
    /// Whether the bootloader is locked.
    pub locked: bool,
    /// With which system.
    pub state: BootState,
}

/// One of the two lists, as far as it is used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Authorizations<'a> {
    /// What the key may be used for.
    pub purposes: Vec<u32>,
    /// RSA, EC, AES, …
    pub algorithm: Option<u32>,
    /// In bits.
    pub key_size: Option<u32>,
    /// Of an EC key.
    pub curve: Option<u32>,
    /// Whether every app may use the key.
    pub every_app: bool,
    /// Made inside, brought in, …
    pub origin: Option<u32>,
    /// How the phone started.
    pub root_of_trust: Option<RootOfTrust>,
    /// The month of the security patches (`202511`).
    pub patch_level: Option<u32>,
    /// Which app the key belongs to, in DER.
    pub application: Option<&'a [u8]>,
}

impl<'a> Authorizations<'a> {
    /// Reads one list.
    pub(super) fn read(reader: &mut SliceReader<'a>) -> der::Result<Self> {
        let mut list = SliceReader::new(content(AnyRef::decode(reader)?, Tag::Sequence)?)?;
        let mut found = Self::default();
        let mut before = None;
        while !list.is_finished() {
            let element = AnyRef::decode(&mut list)?;
            let Tag::ContextSpecific {
                constructed: true,
                number,
            } = element.tag()
            else {
                return Err(der::ErrorKind::Failed.into());
            };
            if before.is_some_and(|before: TagNumber| before >= number) {
                return Err(der::ErrorKind::SetOrdering.into());
            }
            before = Some(number);
            found.take(number.0, SliceReader::new(element.value())?)?;
        }
        Ok(found)
    }

    fn take(&mut self, number: u32, mut value: SliceReader<'a>) -> der::Result<()> {
        match number {
            1 => self.purposes = numbers(&mut value)?,
            2 => self.algorithm = Some(u32::decode(&mut value)?),
            3 => self.key_size = Some(u32::decode(&mut value)?),
            10 => self.curve = Some(u32::decode(&mut value)?),
            600 => {
                content(AnyRef::decode(&mut value)?, Tag::Null)?;
                self.every_app = true;
            }
            702 => self.origin = Some(u32::decode(&mut value)?),
            704 => self.root_of_trust = Some(root_of_trust(&mut value)?),
            706 => self.patch_level = Some(u32::decode(&mut value)?),
            709 => self.application = Some(octets(&mut value)?),
            // Not used: whatever it is, it is one whole element.
            _ => drop(AnyRef::decode(&mut value)?),
        }
        value.finish()
    }

    /// Whether it is a key of P-256 that was made inside, for signing and nothing else, and for
    /// one app.
    pub fn is_signing_key_made_inside(&self) -> bool {
        let for_signing_only = self.purposes.contains(&SIGN)
            && self
                .purposes
                .iter()
                .all(|purpose| matches!(*purpose, SIGN | VERIFY));
        // The first version of the list had no curves, only sizes.
        let of_p256 = match self.curve {
            Some(curve) => curve == P_256,
            None => self.key_size == Some(256),
        };
        for_signing_only
            && self.algorithm == Some(EC)
            && of_p256
            && self.origin == Some(GENERATED)
            && !self.every_app
    }
}

/// A SET OF INTEGER.
fn numbers(reader: &mut SliceReader<'_>) -> der::Result<Vec<u32>> {
    let mut set = SliceReader::new(content(AnyRef::decode(reader)?, Tag::Set)?)?;
    let mut found = Vec::new();
    while !set.is_finished() {
        found.push(u32::decode(&mut set)?);
    }
    Ok(found)
}

fn root_of_trust(reader: &mut SliceReader<'_>) -> der::Result<RootOfTrust> {
    let mut all = SliceReader::new(content(AnyRef::decode(reader)?, Tag::Sequence)?)?;
    // The key that the system was verified with.
    octets(&mut all)?;
    let locked = bool::decode(&mut all)?;
    let state = match enumerated(&mut all)? {
        0 => BootState::Verified,
        1 => BootState::SelfSigned,
        2 => BootState::Unverified,
        3 => BootState::Failed,
        _ => return Err(der::ErrorKind::Failed.into()),
    };
    // Its hash, from the third version on.
    if !all.is_finished() {
        octets(&mut all)?;
    }
    all.finish()?;
    Ok(RootOfTrust { locked, state })
}
