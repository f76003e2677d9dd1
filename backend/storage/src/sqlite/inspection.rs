//! What `apoyo doctor` asks: whether the file is sound, and which pictures are a fair sample.

use super::{SqliteStorage, numbering};
use crate::StorageError;
use protocol::ids::Sha256Hash;

/// What SQLite finds wrong with its own file, and rows that refer to nothing; empty when
/// it is sound. Reads everything: its cost grows with the data.
pub(super) async fn integrity_faults(storage: &SqliteStorage) -> Result<Vec<String>, StorageError> {
    storage
        .read(|reader| {
            let mut faults = Vec::new();
            let mut query = reader.db.prepare("PRAGMA integrity_check")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let told: String = row.get(0)?;
                if told != "ok" {
                    faults.push(told);
                }
            }
            let mut query = reader.db.prepare("PRAGMA foreign_key_check")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let (table, row_id): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
                faults.push(format!("{table}, row {row_id:?}, refers to nothing"));
            }
            faults.extend(numbering::chain_fault(&reader.db)?);
            Ok(faults)
        })
        .await
}

/// The pictures of at most so many apoyos, spread evenly over the order of arrival, the
/// newest always among them.
pub(super) async fn sample_pictures(
    storage: &SqliteStorage,
    apoyos: u32,
) -> Result<Vec<Sha256Hash>, StorageError> {
    storage
        .read(move |reader| {
            let last: i64 = reader.db.query_row(
                "SELECT coalesce(max(sequence), 0) FROM evidence",
                [],
                |row| row.get(0),
            )?;
            let step = (last / i64::from(apoyos.max(1))).max(1);
            let mut query = reader
                .db
                .prepare("SELECT front, back, selfie, drawn FROM evidence WHERE sequence = ?1")?;
            let mut pictures = Vec::new();
            for place in 0..i64::from(apoyos) {
                let sequence = last - place * step;
                if sequence < 1 {
                    break;
                }
                let mut rows = query.query([sequence])?;
                while let Some(row) = rows.next()? {
                    for part in 0..4 {
                        pictures.push(Sha256Hash::from_bytes(row.get(part)?));
                    }
                }
            }
            Ok(pictures)
        })
        .await
}
