//! Opens the data folder: who may, whether it is one and whole, then keys, pictures and database.

use super::{Failure, binding, block_on, operator};
use server_core::keys::{self, Keys};
use std::{path::Path, sync::Arc};
use storage::{Engine, Settings, blobs::BlobStore, open::open_folder};

/// An open data folder.
pub struct Opened {
    /// The secrets.
    pub keys: Keys,
    /// The pictures.
    pub blobs: Arc<dyn BlobStore>,
    /// What is remembered.
    pub storage: Arc<dyn Engine>,
}

/// Whether a database is in this folder.
pub fn has_database(data: &Path) -> bool {
    binding::is_made(data).is_ok()
}

/// Opens a folder that `apoyo init` has made. Nothing is made here.
pub fn open_existing(data: &Path) -> Result<Opened, Failure> {
    let opened = block_on(open_with(data, Settings::default()))?;
    // What a command does is recorded as its operator's.
    if let Some(operator) = operator::this() {
        opened.storage.act_for(operator.clone());
    }
    Ok(opened)
}

/// The same with other settings of the engine, for a process that acts for no operator.
pub async fn open_with(data: &Path, settings: Settings) -> Result<Opened, Failure> {
    binding::is_made(data)?;
    binding::is_owner(data)?;
    // The keys are opened first, so that a lost key gets its own message.
    let keys = keys::open(data)?;
    // Before anything is opened: a folder of pictures that is not mounted must stay empty.
    let carried = binding::carried(data)?;
    let (storage, blobs) = open_folder(data, settings).await?;
    let (id, _) = storage.identity().await?;
    binding::belongs(data, &carried, id)?;
    Ok(Opened {
        keys,
        blobs,
        storage,
    })
}

/// Opens a folder whose parts are not bound to each other yet, making what is missing of database
/// and pictures: for `apoyo init`.
pub fn open_unbound(data: &Path) -> Result<Opened, Failure> {
    let keys = keys::open(data)?;
    block_on(async {
        let (storage, blobs) = open_folder(data, Settings::default()).await?;
        Ok(Opened {
            keys,
            blobs,
            storage,
        })
    })
}
