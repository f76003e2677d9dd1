//! One group of writes: savepoint each, flush once, commit once, answer all.

use super::{
    counters,
    fault::Fault,
    writer::{Tx, Write},
};
use crate::{blobs::BlobStore, rules::tally::Deltas};
use protocol::ids::Sha256Hash;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How far the pictures of apoyos have been put to the kept ones, by moves that may not have
/// reached the disk: the next flush makes them durable, and the mark in the database follows.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    /// How many wait before they are moved together.
    together: usize,
    /// Durable where they came in, and named by rows. A stop leaves them to the next start.
    waiting: Vec<Sha256Hash>,
    /// The highest number whose pictures are in `waiting`.
    last: Option<i64>,
    through: Option<i64>,
    /// A move has failed: the mark stays behind it, for the next start to look at.
    stopped: bool,
}

impl Keeping {
    /// Pictures are moved so many at a time.
    pub(super) fn of(together: usize) -> Self {
        Self {
            together,
            ..Self::default()
        }
    }
}

/// What the writes of a group did together.
#[derive(Default)]
struct Together {
    deltas: Deltas,
    parts: Vec<Sha256Hash>,
    /// The highest number whose pictures are in `parts`.
    last: Option<i64>,
}

/// Runs and commits a group, and answers every caller. `Err`: what is durable is not known.
pub(super) fn commit(
    db: &Connection,
    blobs: &dyn BlobStore,
    keeping: &mut Keeping,
    mut writes: Vec<Box<dyn Write>>,
) -> Result<(), String> {
    let mut failures = vec![None; writes.len()];
    match transact(db, blobs, keeping, &mut writes, &mut failures) {
        Ok(together) => {
            for (write, failure) in writes.into_iter().zip(failures) {
                write.answer(failure.map_or(Ok(()), Err));
            }
            keep(blobs, keeping, together);
            Ok(())
        }
        Err(fault) => {
            // Not every fault has ended the transaction; without this the next group could not begin.
            let undone = db.is_autocommit() || db.execute_batch("ROLLBACK").is_ok();
            let fault = if undone {
                fault
            } else {
                Fault::Fatal("a transaction could not be undone".into())
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
    blobs: &dyn BlobStore,
    keeping: &mut Keeping,
    writes: &mut [Box<dyn Write>],
    failures: &mut [Option<Fault>],
) -> Result<Together, Fault> {
    execute(db, "BEGIN IMMEDIATE")?;
    let mut together = Together::default();
    for (write, failure) in writes.iter_mut().zip(failures) {
        *failure = run_one(db, blobs, write.as_mut(), &mut together)?;
    }
    counters::write(db, &together.deltas)?;
    if !together.parts.is_empty() {
        // Pictures first, rows second: a crash here leaves pictures that no row names, and
        // recovery removes them. The other way round would leave receipts without pictures.
        blobs.make_durable(&together.parts)?;
        if let Some(through) = keeping.through {
            db.prepare_cached("UPDATE kept_pictures SET through = ?1")?
                .execute([through])?;
        }
    }
    match execute(db, "COMMIT") {
        Ok(()) => {}
        Err(Fault::Failed(reason)) => return Err(Fault::Fatal(reason)),
        Err(fault) => return Err(fault),
    }
    Ok(together)
}

/// Runs one write inside a savepoint. `Ok(Some(_))`: it failed and left nothing.
fn run_one(
    db: &Connection,
    blobs: &dyn BlobStore,
    write: &mut dyn Write,
    together: &mut Together,
) -> Result<Option<Fault>, Fault> {
    execute(db, "SAVEPOINT one")?;
    let mut tx = Tx {
        db,
        blobs,
        deltas: Deltas::default(),
        parts: Vec::new(),
        last: None,
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| write.run(&mut tx)))
        .unwrap_or_else(|_| Err(Fault::Failed("a write panicked".into())));
    match outcome {
        Ok(()) => {
            execute(db, "RELEASE one")?;
            together.deltas.merge(tx.deltas);
            together.parts.append(&mut tx.parts);
            together.last = together.last.max(tx.last);
            Ok(None)
        }
        // SQLite ends the whole transaction on some faults; then there is no savepoint to go back to.
        Err(fault) if fault.spoils_group() || db.is_autocommit() => Err(fault),
        Err(fault) => {
            execute(db, "ROLLBACK TO one")?;
            execute(db, "RELEASE one")?;
            tracing::warn!(?fault, "a write failed and left nothing");
            Ok(Some(fault))
        }
    }
}

fn keep(blobs: &dyn BlobStore, keeping: &mut Keeping, mut together: Together) {
    keeping.waiting.append(&mut together.parts);
    keeping.last = keeping.last.max(together.last);
    if keeping.waiting.is_empty() || keeping.waiting.len() < keeping.together {
        return;
    }
    match blobs.keep(&std::mem::take(&mut keeping.waiting)) {
        Ok(()) if keeping.stopped => {}
        Ok(()) => keeping.through = keeping.last,
        // Nothing is lost: they are found where they are, and the next start keeps them.
        Err(error) => {
            keeping.stopped = true;
            tracing::warn!(%error, "pictures wait for recovery to be kept");
        }
    }
}

fn execute(db: &Connection, sql: &str) -> Result<(), Fault> {
    db.prepare_cached(sql)?.execute([])?;
    Ok(())
}
