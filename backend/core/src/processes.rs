//! Processes, which campaigns belong to.

use crate::campaigns::Creation;
use protocol::ids::ProcessId;
use storage::{
    Storage, StorageError,
    campaigns::{Created, NewProcess},
};

/// Why a process is not created. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum CreateRefused {
    /// The id belongs to a process with other content.
    #[error("there is another process with the id {0}; nothing was changed")]
    IdTaken(ProcessId),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Creates a process. Creating the same one again changes nothing.
pub async fn create(storage: &dyn Storage, new: NewProcess) -> Result<Creation, CreateRefused> {
    let id = new.id.clone();
    match storage.create_process(new).await? {
        Created::New => Ok(Creation::New),
        Created::Same => Ok(Creation::Same),
        Created::Different | Created::NoProcess => Err(CreateRefused::IdTaken(id)),
    }
}
