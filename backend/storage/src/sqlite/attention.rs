//! Which apoyos are looked at first, and how many a phone gave on a day.

use super::{
    SqliteStorage,
    fault::Fault,
    values::{millis, unsigned},
};
use crate::{
    StorageError,
    attention::{Attention, AttentionCount, Signals},
};
use async_trait::async_trait;
use protocol::{environment::Timestamp, ids::ApoyoId};
use rusqlite::{Connection, params};

/// A day, and how far central Mexico is behind UTC, in milliseconds.
const DAY: i64 = 86_400_000;
const BEHIND_UTC: i64 = 6 * 3_600_000;
/// Days after which nobody asks any more how many there were.
const REMEMBERED: i64 = 7;

fn day_of(millis: i64) -> i64 {
    (millis - BEHIND_UTC).div_euclid(DAY)
}

fn draw(db: &Connection, id: ApoyoId, signals: Signals) -> Result<(), Fault> {
    let (sequence, device, received_at): (i64, [u8; 16], i64) = db
        .prepare_cached("SELECT sequence, device, received_at FROM apoyos WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    db.prepare_cached(
        "INSERT INTO phone_days VALUES (?1, ?2, 1, ?3) ON CONFLICT (day, device)
         DO UPDATE SET apoyos = apoyos + 1, last = excluded.last WHERE last < excluded.last",
    )?
    .execute(params![day_of(received_at), device, sequence])?;
    let given: i64 = db
        .prepare_cached("SELECT apoyos FROM phone_days WHERE day = ?1 AND device = ?2")?
        .query_row(params![day_of(received_at), device], |row| row.get(0))?;
    let mut note = db.prepare_cached("INSERT OR IGNORE INTO attention VALUES (?1, ?2)")?;
    if signals.sampled {
        note.execute(params![sequence, "sampled"])?;
    }
    if given > i64::from(signals.phone_quota) {
        note.execute(params![sequence, "phone_quota"])?;
    }
    Ok(())
}

#[async_trait]
impl Attention for SqliteStorage {
    async fn draw_attention(&self, id: ApoyoId, signals: Signals) -> Result<(), StorageError> {
        self.write(move |within| draw(within.db, id, signals)).await
    }

    async fn attention_count(&self) -> Result<AttentionCount, StorageError> {
        self.read(|reader| {
            let (sampled, phone_quota) = reader.db.query_row(
                "SELECT coalesce(sum(why = 'sampled'), 0), coalesce(sum(why = 'phone_quota'), 0)
                 FROM attention",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            Ok(AttentionCount {
                sampled: unsigned(sampled)?,
                phone_quota: unsigned(phone_quota)?,
            })
        })
        .await
    }

    async fn sweep_phone_days(&self, now: Timestamp) -> Result<u64, StorageError> {
        self.write(move |within| {
            let over = day_of(millis(now)) - REMEMBERED;
            let swept = within
                .db
                .prepare_cached("DELETE FROM phone_days WHERE day < ?1")?
                .execute([over])?;
            Ok(u64::try_from(swept).unwrap_or(u64::MAX))
        })
        .await
    }
}
