//! The clock's mark.

use super::{
    SqliteStorage, audit,
    fault::Fault,
    values::{millis, moment},
};
use crate::{
    StorageError,
    audit::Deed,
    clock::{Clocks, Latest, Mark},
};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};

/// The columns with moments that a correct clock cannot have written, and their limits.
const PULL_BACK: [&str; 5] = [
    "UPDATE activations SET expires_at = ?2 WHERE expires_at > ?2",
    "UPDATE activations SET resend_at = ?3 WHERE resend_at > ?3",
    "UPDATE mails SET useful_until = ?2 WHERE useful_until > ?2",
    // A mail of the future would use up its address's allowance until then.
    "UPDATE mails SET queued_at = min(queued_at, ?1), next_try = min(next_try, ?1)
     WHERE queued_at > ?1 OR next_try > ?1",
    "UPDATE signins SET expires_at = ?4 WHERE expires_at > ?4",
];

fn lookup(db: &Connection) -> Result<Option<Mark>, Fault> {
    let row: Option<(i64, bool, i64)> = db
        .prepare_cached("SELECT at, doubtful, accepted FROM clock_mark")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    row.map(|(at, doubtful, accepted)| {
        Ok(Mark {
            at: moment(at)?,
            doubtful,
            accepted,
        })
    })
    .transpose()
}

fn write(db: &Connection, mark: Mark) -> Result<(), Fault> {
    db.prepare_cached("DELETE FROM clock_mark")?.execute([])?;
    db.prepare_cached("INSERT INTO clock_mark VALUES (?1, ?2, ?3)")?
        .execute(params![millis(mark.at), mark.doubtful, mark.accepted])?;
    Ok(())
}

fn keep(db: &Connection, mark: Mark) -> Result<i64, Fault> {
    let accepted = lookup(db)?.map_or(mark.accepted, |there| there.accepted);
    if accepted == mark.accepted {
        write(db, mark)?;
    }
    Ok(accepted)
}

fn accept(db: &Connection, latest: Latest) -> Result<u64, Fault> {
    let accepted = lookup(db)?.map_or(0, |there| there.accepted);
    write(
        db,
        Mark {
            at: latest.now,
            doubtful: false,
            accepted: accepted + 1,
        },
    )?;
    let mut pulled = 0;
    for sql in PULL_BACK {
        let mut statement = db.prepare(sql)?;
        for (number, moment) in [
            (1, latest.now),
            (2, latest.code_ends),
            (3, latest.resend),
            (4, latest.signin_ends),
        ] {
            if sql.contains(&format!("?{number}")) {
                statement.raw_bind_parameter(number, millis(moment))?;
            }
        }
        pulled += statement.raw_execute()? as u64;
    }
    Ok(pulled)
}

#[async_trait]
impl Clocks for SqliteStorage {
    async fn clock_mark(&self) -> Result<Option<Mark>, StorageError> {
        self.read(|reader| lookup(&reader.db)).await
    }

    async fn keep_clock_mark(&self, mark: Mark) -> Result<i64, StorageError> {
        self.write(move |tx| keep(tx.db, mark)).await
    }

    async fn accept_clock(&self, latest: Latest) -> Result<u64, StorageError> {
        let operator = self.operator();
        self.write(move |tx| {
            let pulled_back = accept(tx.db, latest)?;
            let deed = Deed::of("clock.accept", latest.now.to_rfc3339());
            audit::record(tx.db, operator.as_ref(), deed)?;
            Ok(pulled_back)
        })
        .await
    }
}
