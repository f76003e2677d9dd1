//! Revoked certificates: a new list comes into force, and the phones that named one of its
//! certificates go to the lowest tier.

use super::revocations::{RevocationsError, install};
use crate::keys::Keys;
use std::path::Path;
use storage::{Storage, StorageError};

/// Why a list is not in force. If the list was installed and the storage refused, repeating the
/// command does the rest.
#[derive(Debug, thiserror::Error)]
pub enum RevokeRefused {
    /// The list cannot be read or put in its place.
    #[error(transparent)]
    List(#[from] RevocationsError),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The effect of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenBack {
    /// Certificates that the list names.
    pub certificates: usize,
    /// Phones that went to T0 now.
    pub phones: u64,
}

/// Puts the list in its place in the data folder, and lowers the tier of the phones that were
/// activated with a certificate that it names. Their apoyos stay, and so does their right to
/// send.
pub async fn take_back(
    list: &Path,
    data: &Path,
    keys: &Keys,
    storage: &dyn Storage,
) -> Result<TakenBack, RevokeRefused> {
    let revoked = install(list, data)?;
    let tags = revoked
        .serials()
        .map(|serial| keys.issuer_tag(serial))
        .collect();
    Ok(TakenBack {
        certificates: revoked.len(),
        phones: storage.lower_tiers(tags).await?,
    })
}
