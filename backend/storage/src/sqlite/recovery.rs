//! After a start: pictures and rows are brought to agree.

use super::{SqliteStorage, lock::ServingLock};
use crate::StorageError;
use protocol::ids::Sha256Hash;
use std::collections::HashSet;

impl SqliteStorage {
    /// Keeps the pictures that rows name and removes what an unclean stop has left; answers
    /// how many it removed. Only for the process that serves, before it takes anything in:
    /// in a running server it would remove pictures whose apoyo is on its way.
    pub async fn recover_blobs(&self, _serving: &ServingLock) -> Result<u64, StorageError> {
        let (named, last) = self
            .read(|reader| {
                let mut query = reader.db.prepare_cached(
                    "SELECT sequence, front, back, selfie, drawn FROM evidence
                     WHERE sequence > (SELECT through FROM kept_pictures)",
                )?;
                let mut rows = query.query([])?;
                let mut named = HashSet::new();
                let mut last = None;
                while let Some(row) = rows.next()? {
                    last = last.max(Some(row.get::<_, i64>(0)?));
                    for picture in 1..=4 {
                        named.insert(Sha256Hash::from_bytes(row.get(picture)?));
                    }
                }
                Ok((named, last))
            })
            .await?;
        let removed = self.blobs.recover(&|hash| named.contains(&hash)).await?;
        // The store has made it durable, so the mark may follow.
        if let Some(last) = last {
            self.write(move |tx| {
                tx.db.execute(
                    "UPDATE kept_pictures SET through = max(through, ?1)",
                    [last],
                )?;
                Ok(())
            })
            .await?;
        }
        Ok(removed)
    }
}
