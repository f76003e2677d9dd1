//! Opens the data folder: keys first, then the pictures, then the database.

use super::{Failure, block_on, operator};
use anyhow::Context;
use protocol::environment::SystemEntropy;
use server_core::keys::{self, Keys};
use std::{os::unix::fs::DirBuilderExt, path::Path, sync::Arc};
use storage::{Engine, Settings, blobs::BlobStore, open::open_folder};

/// The database's file. A folder that has it must have the keys too.
const DATABASE: &str = "apoyo.db";

/// An open data folder.
pub struct Opened {
    /// The secrets.
    pub keys: Keys,
    /// The pictures.
    pub blobs: Arc<dyn BlobStore>,
    /// The storage.
    pub storage: Arc<dyn Engine>,
}

/// Whether a database is in this folder.
pub fn has_database(data: &Path) -> bool {
    data.join(DATABASE).exists()
}

/// Opens the folder, and creates its content if it is new.
pub fn open(data: &Path) -> Result<Opened, Failure> {
    let opened = block_on(open_with(data, Settings::default()))?;
    // What a command does is recorded as its operator's.
    if let Some(operator) = operator::this() {
        opened.storage.act_for(operator.clone());
    }
    Ok(opened)
}

/// The same with other settings of the engine.
pub async fn open_with(data: &Path, settings: Settings) -> Result<Opened, Failure> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .with_context(|| format!("the data folder {}", data.display()))?;
    let has_database = has_database(data);
    let keys = keys::open_or_make(data, has_database, &SystemEntropy)?;
    let (storage, blobs) = open_folder(data, settings).await?;
    Ok(Opened {
        keys,
        blobs,
        storage,
    })
}

/// Opens a folder that must exist already, so that a mistyped path does not create an empty one.
pub fn open_existing(data: &Path) -> Result<Opened, Failure> {
    if !has_database(data) {
        return Err(Failure::Refused(format!(
            "there is no data in {}: give the folder with --data DIR or APOYO_DATA",
            data.display()
        )));
    }
    open(data)
}
