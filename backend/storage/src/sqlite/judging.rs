//! Apoyos whose judging has failed: they wait, and then a person reviews them.

use super::{
    SqliteStorage, again, audit,
    fault::Fault,
    pending::{self, Taken},
    roll_files, settle,
    tx::Tx,
    unopened,
    values::{millis, unsigned},
};
use crate::{
    StorageError,
    apoyos::{PendingApoyo, Verdict},
    audit::Deed,
    judging::{Basis, Judging, JudgingAgain, PausedCount, Pictures, Piece, Settled, WhichAgain},
    rules::judging::{AfterFailure, after, much_later},
};
use async_trait::async_trait;
use protocol::{environment::Timestamp, ids::ApoyoId, reason::Reason};
use rusqlite::{Connection, OptionalExtension, params};

fn pause(db: &Connection, id: ApoyoId, at: Timestamp, why: &str) -> Result<(), Fault> {
    db.prepare_cached(
        "INSERT INTO judging_pauses SELECT sequence, 1, ?2, ?3 FROM apoyos WHERE id = ?1
         ON CONFLICT (sequence) DO UPDATE SET tries = tries + 1, next_try = excluded.next_try,
             told = excluded.told",
    )?
    .execute(params![id.as_bytes(), millis(at), why])?;
    Ok(())
}

/// Removes the note after judging has succeeded.
pub(super) fn forget_pause(db: &Connection, id: ApoyoId) -> Result<(), Fault> {
    db.prepare_cached(
        "DELETE FROM judging_pauses WHERE sequence = (SELECT sequence FROM apoyos WHERE id = ?1)",
    )?
    .execute([id.as_bytes()])?;
    Ok(())
}

fn failed(tx: &mut Tx<'_>, id: ApoyoId, why: &str, now: Timestamp) -> Result<AfterFailure, Fault> {
    let before: Option<u32> = tx
        .db
        .prepare_cached(
            "SELECT tries FROM judging_pauses JOIN apoyos USING (sequence) WHERE id = ?1",
        )?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()?;
    let next = after(before.unwrap_or(0).saturating_add(1), now);
    match next {
        AfterFailure::Again(at) => pause(tx.db, id, at, why)?,
        AfterFailure::ForAPerson if has_verdict_with_pictures(tx.db, id)? => {
            // It was judged before, and this was to be once more: what it has holds.
            forget_pause(tx.db, id)?;
        }
        AfterFailure::ForAPerson => {
            let verdict = Verdict::InReview {
                reasons: vec![Reason::SinRevisionAutomatica],
                place: None,
            };
            settle::settle(tx, id, &verdict, now)?;
            unopened::forget(tx.db, id)?;
            forget_pause(tx.db, id)?;
        }
    }
    Ok(next)
}

fn has_verdict_with_pictures(db: &Connection, id: ApoyoId) -> Result<bool, Fault> {
    Ok(db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM apoyos a WHERE id = ?1 AND verdict IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM unread_pictures u WHERE u.sequence = a.sequence))",
        )?
        .query_row([id.as_bytes()], |row| row.get(0))?)
}

fn settle_by_roll(
    tx: &mut Tx<'_>,
    id: ApoyoId,
    verdict: &Verdict,
    basis: Basis,
    now: Timestamp,
) -> Result<Settled, Fault> {
    let in_force = roll_files::in_force(tx.db)?.map_or(0, |roll| roll.version.version);
    if in_force != basis.roll {
        return Ok(Settled::RollChanged);
    }
    let turned = settle::settle(tx, id, verdict, now)?;
    forget_pause(tx.db, id)?;
    match basis.pictures {
        Pictures::Opened => unopened::forget(tx.db, id)?,
        Pictures::Unopened => unopened::note(tx.db, id)?,
        Pictures::AsBefore => {}
    }
    if let Some(run) = basis.run {
        again::judged(tx.db, run, turned)?;
    }
    Ok(Settled::Written)
}

impl SqliteStorage {
    /// The readable apoyos. Apoyos whose row cannot be read wait by themselves and do not stop the others.
    pub(super) async fn readable(
        &self,
        taken: Taken,
        now: Timestamp,
    ) -> Result<Vec<PendingApoyo>, StorageError> {
        for (id, why) in taken.unreadable {
            tracing::error!(apoyo = %id, why, "the row of an apoyo cannot be read");
            self.judging_failed(id, &why, now).await?;
        }
        Ok(taken.apoyos)
    }
}

#[async_trait]
impl Judging for SqliteStorage {
    async fn judging_failed(
        &self,
        id: ApoyoId,
        why: &str,
        now: Timestamp,
    ) -> Result<AfterFailure, StorageError> {
        let told = why.to_owned();
        let noted = self.write(move |tx| failed(tx, id, &told, now)).await;
        let Err(StorageError::Item(error)) = noted else {
            return noted;
        };
        // Not even a person can get it, so it must not be tried at every turn.
        tracing::error!(apoyo = %id, error, "an apoyo can be neither judged nor given to a person");
        let at = much_later(now);
        self.write(move |tx| pause(tx.db, id, at, &error)).await?;
        Ok(AfterFailure::Again(at))
    }

    async fn paused_apoyos(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<PendingApoyo>, StorageError> {
        let taken = self
            .read(move |reader| {
                let mut query = reader.db.prepare_cached(&format!(
                    "SELECT {} JOIN judging_pauses p ON p.sequence = a.sequence
                     WHERE p.next_try <= ?1 ORDER BY p.next_try LIMIT ?2",
                    pending::COLUMNS
                ))?;
                pending::all(query.query(params![millis(now), limit])?)
            })
            .await?;
        self.readable(taken, now).await
    }

    async fn settle_by_roll(
        &self,
        id: ApoyoId,
        verdict: Verdict,
        basis: Basis,
        now: Timestamp,
    ) -> Result<Settled, StorageError> {
        self.write(move |tx| settle_by_roll(tx, id, &verdict, basis, now))
            .await
    }

    async fn begin_judging_again(
        &self,
        which: WhichAgain,
        now: Timestamp,
    ) -> Result<JudgingAgain, StorageError> {
        let operator = self.operator();
        self.write(move |tx| {
            let number = again::begin(tx.db, &which, now)?;
            let deed = Deed::of("judging.again", format!("run {number}"));
            audit::record(tx.db, operator.as_ref(), deed)?;
            again::lookup(tx.db, number)?.ok_or_else(|| Fault::unreadable("run"))
        })
        .await
    }

    async fn judging_again(&self) -> Result<Option<JudgingAgain>, StorageError> {
        self.read(|reader| again::open(&reader.db)).await
    }

    async fn runs(&self, limit: u32) -> Result<Vec<JudgingAgain>, StorageError> {
        self.read(move |reader| again::newest(&reader.db, limit))
            .await
    }

    async fn next_piece(
        &self,
        run: &JudgingAgain,
        limit: u32,
        now: Timestamp,
    ) -> Result<Piece, StorageError> {
        let run = run.clone();
        let (taken, through) = self
            .read(move |reader| again::piece(&reader.db, &run, limit))
            .await?;
        Ok(Piece {
            apoyos: self.readable(taken, now).await?,
            through,
        })
    }

    async fn piece_judged(
        &self,
        run: u64,
        through: u64,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        self.write(move |tx| again::come(tx.db, run, through, now))
            .await
    }

    async fn paused_count(&self) -> Result<PausedCount, StorageError> {
        self.read(|reader| {
            let (waiting, most) = reader.db.query_row(
                "SELECT count(*), coalesce(max(tries), 0) FROM judging_pauses",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            Ok(PausedCount {
                waiting: unsigned(waiting)?,
                most_tries: unsigned(most)?,
            })
        })
        .await
    }
}
