//! Review sampling: which apoyos reviewers see first, and how many a phone gave on a day.

use super::{
    SqliteStorage,
    fault::Fault,
    values::{moment, unsigned},
};
use crate::{
    StorageError,
    rules::review,
    sampling::{ReviewSampling, SampledCount, Signals},
};
use async_trait::async_trait;
use protocol::{environment::Timestamp, ids::ApoyoId};
use rusqlite::{Connection, params};

fn draw(db: &Connection, id: ApoyoId, signals: Signals) -> Result<(), Fault> {
    let (sequence, device, received_at): (i64, [u8; 16], i64) = db
        .prepare_cached("SELECT sequence, device, received_at FROM apoyos WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let day = review::day_of(moment(received_at)?);
    let counted = db
        .prepare_cached(
            "INSERT INTO phone_days VALUES (?1, ?2, 1, ?3) ON CONFLICT (day, device)
         DO UPDATE SET apoyos = apoyos + 1, last = excluded.last WHERE last < excluded.last",
        )?
        .execute(params![day, device, sequence])?;
    if counted == 0 {
        // It was drawn before, in one transaction with its count.
        return Ok(());
    }
    let given: i64 = db
        .prepare_cached("SELECT apoyos FROM phone_days WHERE day = ?1 AND device = ?2")?
        .query_row(params![day, device], |row| row.get(0))?;
    let mut note = db.prepare_cached("INSERT OR IGNORE INTO attention VALUES (?1, ?2)")?;
    for why in review::why(unsigned(given)?, signals) {
        note.execute(params![sequence, why.as_str()])?;
    }
    Ok(())
}

#[async_trait]
impl ReviewSampling for SqliteStorage {
    async fn sample_for_review(&self, id: ApoyoId, signals: Signals) -> Result<(), StorageError> {
        self.write(move |tx| draw(tx.db, id, signals)).await
    }

    async fn sampled_count(&self) -> Result<SampledCount, StorageError> {
        self.read(|reader| {
            let (sampled, phone_quota) = reader.db.query_row(
                "SELECT coalesce(sum(why = 'sampled'), 0), coalesce(sum(why = 'phone_quota'), 0)
                 FROM attention",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            Ok(SampledCount {
                sampled: unsigned(sampled)?,
                phone_quota: unsigned(phone_quota)?,
            })
        })
        .await
    }

    async fn sweep_phone_days(&self, now: Timestamp) -> Result<u64, StorageError> {
        self.write(move |tx| {
            let swept = tx
                .db
                .prepare_cached("DELETE FROM phone_days WHERE day < ?1")?
                .execute([review::deleted_before(now)])?;
            Ok(u64::try_from(swept).unwrap_or(u64::MAX))
        })
        .await
    }
}
