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

/// Makes durable what the process before this one has written: it may have died between writing
/// and flushing, and what it left is read as committed. Without this, a phone that asks again would
/// be promised what the next loss of power takes away. (Found by a history of `tests/simulation`.)
async fn fold_log(storage: &SqliteStorage) -> Result<(), StorageError> {
    let folded = storage.read(|reader| {
        // Flushes the log, copies all of it into the file and flushes that.
        let told = reader
            .db
            .query_row("PRAGMA wal_checkpoint(FULL)", [], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            })?;
        Ok(matches!(told, (0, log, folded) if log == folded))
    });
    match folded.await? {
        true => Ok(()),
        false => Err(StorageError::Busy),
    }
}

/// Keeps the pictures that rows name, puts the others aside, and moves the mark.
pub(super) async fn recover_blobs(storage: &SqliteStorage) -> Result<u64, StorageError> {
    fold_log(storage).await?;
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
