//! The tagger in use.

use super::SqliteStorage;
use crate::{
    StorageError,
    tags::{TaggerInUse, Tags},
};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, params};

#[async_trait]
impl Tags for SqliteStorage {
    async fn tagger(&self) -> Result<Option<TaggerInUse>, StorageError> {
        self.read(|reader| {
            let mut query = reader
                .db
                .prepare_cached("SELECT print, place FROM tagger")?;
            let found = query.query_row([], |row| {
                Ok(TaggerInUse {
                    print: row.get(0)?,
                    place: row.get(1)?,
                })
            });
            Ok(found.optional()?)
        })
        .await
    }

    async fn use_tagger(&self, tagger: TaggerInUse) -> Result<(), StorageError> {
        self.write(move |tx| {
            tx.db
                .prepare_cached("INSERT OR REPLACE INTO tagger VALUES (1, ?1, ?2)")?
                .execute(params![tagger.print, tagger.place])?;
            Ok(())
        })
        .await
    }
}
