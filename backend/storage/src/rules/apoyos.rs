//! Apoyos: repetitions, and the parts that have to be there.

use crate::apoyos::{NewApoyo, Recorded};
use bytes::Bytes;
use protocol::{
    apoyos::{Part, PartName},
    ids::{DeviceId, Sha256Hash},
};

/// An apoyo that was recorded earlier.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Its device.
    pub device: DeviceId,
    /// SHA-256 of its request's whole body.
    pub content: Sha256Hash,
    /// Its receipt.
    pub receipt: Bytes,
}

impl Earlier {
    /// The answer to an apoyo with the same id.
    pub fn answer(self, device: DeviceId, content: Sha256Hash) -> Recorded {
        if self.device == device && self.content == content {
            Recorded::Again(self.receipt)
        } else {
            Recorded::Reused
        }
    }
}

/// An apoyo has exactly one part of each name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an apoyo has exactly one part of each name")]
pub struct WrongParts;

/// The hash of each picture, in the order of [`PartName::ALL`].
pub fn pictures(new: &NewApoyo) -> Result<[Sha256Hash; 4], WrongParts> {
    if new.parts.len() != PartName::ALL.len() {
        return Err(WrongParts);
    }
    let mut hashes = [Sha256Hash::from_bytes([0; 32]); 4];
    for (hash, name) in hashes.iter_mut().zip(PartName::ALL) {
        let part = new.parts.iter().find(|part| part.name == name);
        *hash = part.ok_or(WrongParts)?.sha256;
    }
    Ok(hashes)
}

/// The parts that are not there, or not as long as they should be. `lengths`: what the blob
/// store has, in the order of the parts.
pub fn missing(parts: &[Part], lengths: &[Option<u64>]) -> Vec<Sha256Hash> {
    parts
        .iter()
        .zip(lengths)
        .filter(|(part, length)| **length != Some(part.bytes))
        .map(|(part, _)| part.sha256)
        .collect()
}
