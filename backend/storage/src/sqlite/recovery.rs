//! Which pictures are named by rows and not kept yet: for recovering and for sweeping.

use super::{SqliteStorage, fault::Fault, readers::Reader};
use crate::{StorageError, blobs::NamedByRows};
use async_trait::async_trait;
use protocol::ids::Sha256Hash;
use std::collections::HashSet;

#[async_trait]
impl NamedByRows for SqliteStorage {
    async fn named(&self, names: &[Sha256Hash]) -> Result<HashSet<Sha256Hash>, StorageError> {
        let asked: HashSet<_> = names.iter().copied().collect();
        self.read(move |reader| unkept(reader, &asked)).await
    }
}

/// Those of `asked` that belong to apoyos behind the mark up to which pictures are kept.
fn unkept(reader: &Reader, asked: &HashSet<Sha256Hash>) -> Result<HashSet<Sha256Hash>, Fault> {
    let mut query = reader.db.prepare_cached(
        "SELECT front, back, selfie, drawn FROM evidence
         WHERE sequence > (SELECT through FROM kept_pictures)",
    )?;
    let mut rows = query.query([])?;
    let mut named = HashSet::new();
    while let Some(row) = rows.next()? {
        for picture in 0..4 {
            let name = Sha256Hash::from_bytes(row.get(picture)?);
            if asked.contains(&name) {
                named.insert(name);
            }
        }
    }
    Ok(named)
}

/// Keeps the pictures that rows name, puts the others aside, and moves the mark.
pub(super) async fn recover_blobs(storage: &SqliteStorage) -> Result<u64, StorageError> {
    // Before the look: an apoyo that another process records meanwhile stays behind the mark.
    let last: Option<i64> = storage
        .read(|reader| {
            Ok(reader
                .db
                .query_row("SELECT max(sequence) FROM evidence", [], |row| row.get(0))?)
        })
        .await?;
    let aside = storage.blobs.recover(storage).await?;
    // The store has made it durable, so the mark may follow.
    if let Some(last) = last {
        storage
            .write(move |tx| {
                tx.db.execute(
                    "UPDATE kept_pictures SET through = max(through, ?1)",
                    [last],
                )?;
                Ok(())
            })
            .await?;
    }
    Ok(aside)
}
