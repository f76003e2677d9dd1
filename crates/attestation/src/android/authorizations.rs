//! `AuthorizationList`: the attested properties of a key, each with an explicit tag.
//!
//! Tags are strictly ascending, as DER requires. Unknown tags are skipped: every version of
//! Android adds some.

use super::elements::{content, enumerated, octets};
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

/// The result of verified boot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootState {
    /// The manufacturer's unmodified system.
    Verified,
    /// A system that the phone's owner signed.
    SelfSigned,
    /// Any system: nothing was checked.
    Unverified,
    /// The check failed.
    Failed,
}

/// The state of verified boot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RootOfTrust {
    /// Whether the bootloader is locked.
    pub locked: bool,
    /// The verified-boot state.
    pub state: BootState,
}

/// One of the two lists, with the properties that are used here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Authorizations<'a> {
    /// The allowed purposes of the key.
    pub purposes: Vec<u32>,
    /// The algorithm: RSA, EC, AES, …
    pub algorithm: Option<u32>,
    /// The key's size in bits.
    pub key_size: Option<u32>,
    /// The curve of an EC key.
    pub curve: Option<u32>,
    /// Whether every app may use the key.
    pub every_app: bool,
    /// The key's origin: generated in the hardware, imported, …
    pub origin: Option<u32>,
    /// The state of verified boot.
    pub root_of_trust: Option<RootOfTrust>,
    /// The month of the security patches (`202511`).
    pub patch_level: Option<u32>,
    /// The app that owns the key, in DER.
    pub application: Option<&'a [u8]>,
}

impl<'a> Authorizations<'a> {
    /// Parses one list.
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
            // An unused property: skip one whole element.
            _ => drop(AnyRef::decode(&mut value)?),
        }
        value.finish()
    }

    /// Whether the key is on P-256, was generated in the hardware, is for signing only, and is
    /// for one app.
    pub fn is_generated_signing_key(&self) -> bool {
        let for_signing_only = self.purposes.contains(&SIGN)
            && self
                .purposes
                .iter()
                .all(|purpose| matches!(*purpose, SIGN | VERIFY));
        // The first version of the list has no curve, only the size.
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

/// Parses a SET OF INTEGER.
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
    // The key that verified the system.
    octets(&mut all)?;
    let locked = bool::decode(&mut all)?;
    let state = match enumerated(&mut all)? {
        0 => BootState::Verified,
        1 => BootState::SelfSigned,
        2 => BootState::Unverified,
        3 => BootState::Failed,
        _ => return Err(der::ErrorKind::Failed.into()),
    };
    // The system's hash, from version 3 on.
    if !all.is_finished() {
        octets(&mut all)?;
    }
    all.finish()?;
    Ok(RootOfTrust { locked, state })
}
