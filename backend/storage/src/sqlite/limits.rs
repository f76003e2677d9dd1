//! Counts that survive restarts.

use super::{
    SqliteStorage,
    fault::Fault,
    values::{millis, moment, unsigned},
};
use crate::{
    StorageError,
    limits::{Limits, Noticed, UnnamedPart},
};
use async_trait::async_trait;
use protocol::{
    environment::Timestamp,
    ids::{DeviceId, Sha256Hash},
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

fn note(db: &Connection, arrived: &[UnnamedPart], gone: &[Sha256Hash]) -> Result<(), Fault> {
    let mut insert = db.prepare_cached(
        "INSERT INTO unnamed_parts VALUES (?1, ?2, ?3, ?4) ON CONFLICT (sha256)
         DO UPDATE SET device = excluded.device, arrived_at = excluded.arrived_at",
    )?;
    for part in arrived {
        let bytes = i64::try_from(part.bytes).map_err(|_| Fault::unreadable("length"))?;
        insert.execute(params![
            part.sha256.as_bytes(),
            part.device.as_bytes(),
            bytes,
            millis(part.arrived_at)
        ])?;
    }
    let mut delete = db.prepare_cached("DELETE FROM unnamed_parts WHERE sha256 = ?1")?;
    for name in gone {
        delete.execute([name.as_bytes()])?;
    }
    Ok(())
}

fn since(db: &Connection, since: Timestamp) -> Result<Vec<(DeviceId, u32)>, Fault> {
    // The order of arrival is that of the clock, unless the clock was set back.
    let mut query =
        db.prepare_cached("SELECT device, received_at FROM apoyos ORDER BY sequence DESC")?;
    let mut rows = query.query([])?;
    let mut given: HashMap<DeviceId, u32> = HashMap::new();
    while let Some(row) = rows.next()? {
        if moment(row.get(1)?)? < since {
            break;
        }
        *given.entry(DeviceId::from_bytes(row.get(0)?)).or_default() += 1;
    }
    Ok(given.into_iter().collect())
}

#[async_trait]
impl Limits for SqliteStorage {
    async fn note_parts(
        &self,
        arrived: Vec<UnnamedPart>,
        gone: Vec<Sha256Hash>,
    ) -> Result<(), StorageError> {
        self.write(move |tx| note(tx.db, &arrived, &gone)).await
    }

    async fn unnamed_parts(&self) -> Result<Vec<UnnamedPart>, StorageError> {
        self.read(|reader| {
            let mut query = reader
                .db
                .prepare_cached("SELECT sha256, device, bytes, arrived_at FROM unnamed_parts")?;
            let mut rows = query.query([])?;
            let mut parts = Vec::new();
            while let Some(row) = rows.next()? {
                parts.push(UnnamedPart {
                    sha256: Sha256Hash::from_bytes(row.get(0)?),
                    device: DeviceId::from_bytes(row.get(1)?),
                    bytes: unsigned(row.get(2)?)?,
                    arrived_at: moment(row.get(3)?)?,
                });
            }
            Ok(parts)
        })
        .await
    }

    async fn apoyos_since(&self, moment: Timestamp) -> Result<Vec<(DeviceId, u32)>, StorageError> {
        self.read(move |reader| since(&reader.db, moment)).await
    }

    async fn note_noticed(&self, what: Noticed, now: Timestamp) -> Result<(), StorageError> {
        self.write(move |tx| {
            tx.db
                .prepare_cached(
                    "INSERT INTO noticed VALUES (?1, ?2)
                     ON CONFLICT (what) DO UPDATE SET last_at = excluded.last_at",
                )?
                .execute(params![what.as_str(), millis(now)])?;
            Ok(())
        })
        .await
    }

    async fn noticed(&self, what: Noticed) -> Result<Option<Timestamp>, StorageError> {
        self.read(move |reader| {
            let last: Option<i64> = reader
                .db
                .prepare_cached("SELECT last_at FROM noticed WHERE what = ?1")?
                .query_row([what.as_str()], |row| row.get(0))
                .optional()?;
            last.map(moment).transpose()
        })
        .await
    }
}
