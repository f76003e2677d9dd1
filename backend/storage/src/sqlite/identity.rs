//! Which keys and pictures the database belongs with.

use super::SqliteStorage;
use crate::{StorageError, engine::DataId};

/// The id, and whether the folders of keys and pictures carry it.
pub(super) async fn identity(storage: &SqliteStorage) -> Result<(DataId, bool), StorageError> {
    storage
        .read(|reader| {
            let identity =
                reader
                    .db
                    .query_row("SELECT id, bound FROM data_identity", [], |row| {
                        Ok((DataId(row.get(0)?), row.get(1)?))
                    })?;
            Ok(identity)
        })
        .await
}

/// Both folders carry the id, durably.
pub(super) async fn bind(storage: &SqliteStorage) -> Result<(), StorageError> {
    storage
        .write(|tx| {
            tx.db.execute("UPDATE data_identity SET bound = 1", [])?;
            Ok(())
        })
        .await
}
