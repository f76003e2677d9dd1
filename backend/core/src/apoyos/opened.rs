//! The sealed parts of an apoyo at its arrival: the fields are opened, and of the pictures only
//! the headers are checked.

use super::validate::check_fields;
use crate::keys::sealing::HeldKeys;
use bytes::Bytes;
use credential::qr::payload::StructuredQr;
use protocol::{
    apoyos::{Manifest, Part, Payload},
    code::{Code, Problem},
    ids::Sha256Hash,
    seal::{Binding, Header, SealError, SealedPart, SealingPurpose, open_bytes, opened_length},
};
use zeroize::Zeroizing;

/// Bytes of a picture that are checked without opening it.
pub const OUTSIDE_BYTES: u64 = protocol::seal::HEADER_BYTES as u64;

const fn binding(manifest: &Manifest, part: SealedPart) -> Binding<'_> {
    Binding {
        process: &manifest.process,
        apoyo: manifest.apoyo,
        part,
    }
}

/// Opens the fields and checks their form; returns the public QR as the phone read it.
pub fn open_fields(
    keys: &HeldKeys,
    manifest: &Manifest,
    sealed: &[u8],
) -> Result<StructuredQr, Problem> {
    let opened = open_bytes(keys.ring(), &binding(manifest, SealedPart::Fields), sealed)
        .map(Zeroizing::new)
        .map_err(|error| Problem::in_field(error.into(), "payload"))?;
    let payload: Payload = serde_json::from_slice(&opened)
        .map_err(|_| Problem::in_field(Code::ManifestInvalid, "payload"))?;
    check_fields(&payload)
}

/// Checks, without the key, that the stored pictures belong to this apoyo: sealed to a key of this
/// server, bound to this apoyo, of the promised length. Returns the parts that are missing.
pub fn check_pictures(
    keys: &HeldKeys,
    manifest: &Manifest,
    stored: &[Option<(u64, Bytes)>],
) -> Result<Vec<Sha256Hash>, Problem> {
    let mut missing = Vec::new();
    for (part, stored) in manifest.parts.iter().zip(stored) {
        let Some((length, beginning)) = stored else {
            missing.push(part.sha256);
            continue;
        };
        if *length != part.bytes {
            return Err(Problem::in_field(Code::ManifestInvalid, "parts"));
        }
        check_picture(keys, manifest, part, beginning).map_err(|error| {
            Problem::in_field(error.into(), SealedPart::Picture(part.name).as_str())
        })?;
    }
    Ok(missing)
}

fn check_picture(
    keys: &HeldKeys,
    manifest: &Manifest,
    part: &Part,
    beginning: &[u8],
) -> Result<(), SealError> {
    let header = Header::read(beginning)?;
    if !keys.knows(SealingPurpose::Review, header.key()) {
        return Err(SealError::KeyUnknown);
    }
    header.belongs(&binding(manifest, SealedPart::Picture(part.name)))?;
    match opened_length(part.bytes) {
        Some(_) => Ok(()),
        None => Err(SealError::Truncated),
    }
}

#[cfg(test)]
mod tests;
