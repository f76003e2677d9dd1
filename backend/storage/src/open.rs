//! Opening: the one place that names engines and blob stores.

use crate::{
    blobs::{BlobStore, local::LocalBlobs},
    blocking::blocking,
    engine::{Engine, OpenError, Settings},
    sqlite::SqliteStorage,
};
use std::{path::Path, sync::Arc};

/// Opens what one machine keeps in one folder: the evidence first, then the database.
pub async fn open_folder(
    folder: &Path,
    settings: Settings,
) -> Result<(Arc<dyn Engine>, Arc<dyn BlobStore>), OpenError> {
    let blobs = folder.join("blobs");
    let blobs: Arc<dyn BlobStore> = Arc::new(blocking(move || LocalBlobs::open(&blobs)).await?);
    let engine = SqliteStorage::open_with(folder, Arc::clone(&blobs), settings).await?;
    Ok((Arc::new(engine), blobs))
}
