//! Group commit: a batch of writes in one transaction. A savepoint each, one flush of their
//! pictures, one commit, then every caller is answered.

use super::{
    counters,
    fault::Fault,
    keeping::{Blobs, BlobsToKeep},
    numbering::{self, Given, HeadSlot},
    tx::{NamedPictures, Tx, Write},
};
use crate::rules::{numbering::Numbering, tally::Deltas};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What the writes of a batch have in common.
#[derive(Default)]
struct Batch {
    /// The counters that they move, summed: a hundred apoyos of one campaign write its total
    /// once.
    deltas: Deltas,
    /// The pictures that their rows name.
    named: Vec<NamedPictures>,
    /// The numbers that they give, in order.
    given: Vec<Given>,
}

/// Runs and commits a batch, and answers every caller. `Err`: what is durable is not known.
pub(super) fn commit(
    db: &Connection,
    blobs: &Blobs<'_>,
    to_keep: &mut BlobsToKeep,
    head: &HeadSlot,
    mut writes: Vec<Box<dyn Write>>,
) -> Result<(), String> {
    let mut failures = vec![None; writes.len()];
    match transact(db, blobs, to_keep, head, &mut writes, &mut failures) {
        Ok((named, numbered)) => {
            // Committed, and no receipt has left: a crash here leaves a head that is one batch
            // behind its rows, which the next start accepts.
            if let Some(Err(error)) = numbered.map(|numbered| head.given(&numbered)) {
                let reason = format!("the head could not be written: {error}");
                for write in writes {
                    write.answer(Err(Fault::Fatal(reason.clone())));
                }
                return Err(reason);
            }
            for (write, failure) in writes.into_iter().zip(failures) {
                write.answer(failure.map_or(Ok(()), Err));
            }
            to_keep.committed(blobs, named);
            Ok(())
        }
        Err(fault) => {
            // Not every fault has ended the transaction; without this the next batch could not begin.
            let undone = db.is_autocommit() || db.execute_batch("ROLLBACK").is_ok();
            let fault = match fault {
                _ if !undone => Fault::Fatal("a transaction could not be undone".into()),
                Fault::Starved(reason) => Fault::Fatal(reason),
                fault => fault,
            };
            let broken = match &fault {
                Fault::Fatal(reason) => Err(reason.clone()),
                _ => Ok(()),
            };
            for write in writes {
                write.answer(Err(fault.clone()));
            }
            broken
        }
    }
}

fn transact(
    db: &Connection,
    blobs: &Blobs<'_>,
    to_keep: &BlobsToKeep,
    head: &HeadSlot,
    writes: &mut [Box<dyn Write>],
    failures: &mut [Option<Fault>],
) -> Result<(Vec<NamedPictures>, Option<Numbering>), Fault> {
    execute(db, "BEGIN IMMEDIATE")?;
    let mut batch = Batch::default();
    for (write, failure) in writes.iter_mut().zip(failures) {
        *failure = run_one(db, write.as_mut(), &mut batch)?;
    }
    counters::write(db, &batch.deltas)?;
    let numbered = numbering::extend(db, &batch.given)?;
    if let Some(numbered) = &numbered {
        head.promise(numbered)?;
    }
    if !batch.named.is_empty() {
        let pictures = batch.named.iter().flat_map(|named| named.pictures);
        // Pictures first, rows second: a crash here leaves pictures that no row names, and
        // recovery puts them aside. The other way round would leave receipts without pictures.
        blobs.make_durable(&pictures.collect::<Vec<_>>())?;
        if let Some(through) = to_keep.through() {
            db.prepare_cached("UPDATE kept_pictures SET through = ?1")?
                .execute([through])?;
        }
    }
    match execute(db, "COMMIT") {
        Ok(()) => Ok((batch.named, numbered)),
        Err(Fault::Failed(reason)) => Err(Fault::Fatal(reason)),
        Err(fault) => Err(fault),
    }
}

/// Runs one write inside a savepoint. `Ok(Some(_))`: it failed and left nothing.
fn run_one(
    db: &Connection,
    write: &mut dyn Write,
    batch: &mut Batch,
) -> Result<Option<Fault>, Fault> {
    execute(db, "SAVEPOINT one")?;
    let mut tx = Tx {
        db,
        deltas: Deltas::default(),
        named: None,
        given: None,
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| write.run(&mut tx)))
        .unwrap_or_else(|_| Err(Fault::Failed("a write panicked".into())))
        .and_then(|()| count(db, std::mem::take(&mut tx.deltas), batch));
    match outcome {
        Ok(()) => {
            execute(db, "RELEASE one")?;
            batch.named.extend(tx.named);
            batch.given.extend(tx.given);
            Ok(None)
        }
        // SQLite ends the whole transaction on some faults; then there is no savepoint to go back to.
        Err(fault) if fault.spoils_batch() || db.is_autocommit() => Err(fault),
        Err(fault) => {
            execute(db, "ROLLBACK TO one")?;
            execute(db, "RELEASE one")?;
            tracing::warn!(?fault, "a write failed and left nothing");
            Ok(Some(fault))
        }
    }
}

/// Counters that only go up wait for the rest of the batch. One that goes down is refused where
/// it is wrong and would fall below zero: it is written inside the savepoint of its write,
/// together with what waits, so that a wrong counter costs this write and no other.
fn count(db: &Connection, deltas: Deltas, batch: &mut Batch) -> Result<(), Fault> {
    if !deltas.takes_away() {
        batch.deltas.merge(deltas);
        return Ok(());
    }
    let mut due = batch.deltas.clone();
    due.merge(deltas);
    counters::write(db, &due)?;
    batch.deltas = Deltas::default();
    Ok(())
}

fn execute(db: &Connection, sql: &str) -> Result<(), Fault> {
    db.prepare_cached(sql)?.execute([])?;
    Ok(())
}
