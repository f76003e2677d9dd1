//! Replaces sealing keys by new ones.

use super::{
    KeysError,
    sealing::{self, SealingKey, in_force},
};
use protocol::{
    environment::{Entropy, Timestamp},
    seal::SealingPurpose,
};
use std::path::Path;

/// Why the keys were not replaced. Nothing was written, unless the disk failed between two keys.
#[derive(Debug, thiserror::Error)]
pub enum RotateRefused {
    /// The key in force was made on another machine, which has to rotate it.
    #[error(
        "the {0} key was made on another machine: rotate it there, then bring its public half \
         here with `apoyo keys import-public FILE`"
    )]
    MadeElsewhere(SealingPurpose),
    /// The folder of the keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

/// Makes a new key of each purpose. Phones seal to them from now on; older keys still open.
pub fn rotate(
    data: &Path,
    purposes: &[SealingPurpose],
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Vec<SealingKey>, RotateRefused> {
    let present = sealing::read(data)?;
    for purpose in purposes {
        if in_force(&present, *purpose).is_some_and(|key| !key.is_secret()) {
            return Err(RotateRefused::MadeElsewhere(*purpose));
        }
    }
    let mut made = Vec::with_capacity(purposes.len());
    for purpose in purposes {
        made.push(sealing::rotate(data, *purpose, now, entropy)?);
    }
    Ok(made)
}
