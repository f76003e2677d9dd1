//! Creates a campaign.

use crate::days;
use protocol::{
    ids::{CampaignId, ProcessId},
    time_zone::TimeZoneName,
};
use storage::{
    Storage, StorageError,
    campaigns::{Created, NewCampaign},
};

/// The outcome of creating a campaign or a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    /// It is new.
    New,
    /// The same one exists already; nothing was written.
    Same,
}

/// Why a campaign is not created. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum CreateRefused {
    /// It would end before it begins.
    #[error("closes_at is not after opens_at")]
    NeverOpen,
    /// The time zone does not exist.
    #[error("there is no time zone {0}; write it as in the IANA database, like America/Tijuana")]
    NoSuchZone(TimeZoneName),
    /// The id belongs to a campaign with other content.
    #[error("there is another campaign with the id {0}; nothing was changed")]
    IdTaken(CampaignId),
    /// Its process does not exist.
    #[error("there is no process {0}: create it first (apoyo process create FILE.toml)")]
    NoProcess(ProcessId),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Checks a campaign by itself, without the storage.
pub fn check(new: &NewCampaign) -> Result<(), CreateRefused> {
    if new.closes_at <= new.opens_at {
        return Err(CreateRefused::NeverOpen);
    }
    match &new.time_zone {
        Some(name) if days::zone(name).is_none() => Err(CreateRefused::NoSuchZone(name.clone())),
        _ => Ok(()),
    }
}

/// Creates a campaign, with an empty tally. Creating the same one again changes nothing.
pub async fn create(storage: &dyn Storage, new: NewCampaign) -> Result<Creation, CreateRefused> {
    check(&new)?;
    let (id, process) = (new.id.clone(), new.process.clone());
    match storage.create_campaign(new).await? {
        Created::New => Ok(Creation::New),
        Created::Same => Ok(Creation::Same),
        Created::Different => Err(CreateRefused::IdTaken(id)),
        Created::NoProcess => Err(CreateRefused::NoProcess(process)),
    }
}
