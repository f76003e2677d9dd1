//! The numbers that were given: the row and its head.

use super::{
    SqliteStorage, audit,
    fault::Fault,
    values::{signed, unsigned},
};
use crate::{
    StorageError,
    audit::Deed,
    head::{Chain, Followed, HeadFile, HeadPlace, HeadRefused, Recovered},
    rules::numbering::{self as rule, GoesOn, Numbering, Refused},
};
use protocol::ids::Sha256Hash;
use rusqlite::{Connection, params};
use std::sync::{Arc, Mutex, PoisonError};

/// A number that a write gave, and its receipt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    pub(super) number: u64,
    pub(super) receipt: Sha256Hash,
}

/// The head of the serving process; none in a process that does not give numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct HeadSlot(Arc<Mutex<Option<HeadFile>>>);

impl HeadSlot {
    fn with(
        &self,
        use_it: impl FnOnce(&mut HeadFile) -> std::io::Result<()>,
    ) -> Result<(), StorageError> {
        // After a panic with the lock held, the next start reads the file again.
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(slot.as_mut().map_or(Ok(()), use_it)?)
    }

    fn set(&self, head: HeadFile) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
    }

    /// Before the commit in which this number is the last.
    pub(super) fn promise(&self, numbered: &Numbering) -> Result<(), StorageError> {
        self.with(|head| head.promise(numbered.last))
    }

    /// After that commit.
    pub(super) fn given(&self, numbered: &Numbering) -> Result<(), StorageError> {
        self.with(|head| head.given(numbered.last, numbered.chain))
    }
}

/// The next number; each is given once.
pub(super) fn next(db: &Connection) -> Result<i64, Fault> {
    // The row of numbers does not have this batch yet, and skipped numbers have no apoyo.
    Ok(db
        .prepare_cached(
            "SELECT max(coalesce((SELECT max(sequence) FROM apoyos), 0),
                        (SELECT last FROM numbering)) + 1",
        )?
        .query_row([], |row| row.get(0))?)
}

/// Reads the row.
pub(super) fn read(db: &Connection) -> Result<Numbering, Fault> {
    let (last, chain, headed): (i64, Chain, bool) = db
        .prepare_cached("SELECT last, chain, headed FROM numbering")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(Numbering {
        last: unsigned(last)?,
        chain,
        headed,
    })
}

/// Records the numbers of a batch, in its transaction; `None` if it gave none.
pub(super) fn extend(db: &Connection, given: &[Given]) -> Result<Option<Numbering>, Fault> {
    if given.is_empty() {
        return Ok(None);
    }
    let mut numbering = read(db)?;
    for one in given {
        numbering.chain = rule::link(&numbering.chain, one.number, &one.receipt);
        numbering.last = numbering.last.max(one.number);
    }
    db.prepare_cached("UPDATE numbering SET last = ?1, chain = ?2")?
        .execute(params![signed(numbering.last)?, numbering.chain])?;
    Ok(Some(numbering))
}

/// A chain continued over the receipts after this number.
fn continued(db: &Connection, after: u64, chain: Chain) -> Result<Chain, Fault> {
    let mut query =
        db.prepare("SELECT sequence, receipt FROM evidence WHERE sequence > ?1 ORDER BY sequence")?;
    let mut rows = query.query([signed(after)?])?;
    let mut chain = chain;
    while let Some(row) = rows.next()? {
        let receipt: Vec<u8> = row.get(1)?;
        chain = rule::link(&chain, unsigned(row.get(0)?)?, &Sha256Hash::of(&receipt));
    }
    Ok(chain)
}

/// The fault of the chain over all receipts, if any. Reads all of them.
pub(super) fn chain_fault(db: &Connection) -> Result<Option<String>, Fault> {
    let (base, begin): (i64, Chain) =
        db.query_row("SELECT base, base_chain FROM numbering", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let whole = continued(db, unsigned(base)?, begin)? == read(db)?.chain;
    Ok((!whole).then(|| "the receipts are not those that the chain was made of".to_owned()))
}

/// Uses the existing head, or makes one.
pub(super) async fn follow(
    storage: &SqliteStorage,
    place: &HeadPlace,
) -> Result<Followed, HeadRefused> {
    let found = open(place).await?;
    let head = found.as_ref().map(|file| file.head().clone());
    let rows = numbering(storage).await?;
    let led_to = match &head {
        Some(head) if head.given <= rows.last => {
            let (given, chain) = (head.given, head.chain);
            let led_to = storage.read(move |reader| continued(&reader.db, given, chain));
            Some(led_to.await?)
        }
        _ => None,
    };
    let may_be_old = found.as_ref().is_some_and(HeadFile::may_be_old);
    let goes_on = rule::start(head.as_ref(), &rows, led_to, may_be_old)
        .map_err(|why| refused(why, place, &rows, head.as_ref()))?;
    let (made, last) = match goes_on {
        GoesOn::NewHead => (true, rows.last),
        GoesOn::UnderHead { last } => (false, last),
    };
    // The row first: if the row were lost after the head was written, the next start would refuse.
    storage
        .write(move |tx| {
            tx.db
                .prepare_cached("UPDATE numbering SET last = max(last, ?1), headed = 1")?
                .execute([signed(last)?])?;
            Ok(())
        })
        .await?;
    let file = match found {
        Some(file) => file,
        None => make(place, 0, last, rows.chain).await?,
    };
    storage.head.set(file);
    storage
        .head
        .given(&Numbering { last, ..rows })
        .map_err(HeadRefused::Storage)?;
    Ok(Followed {
        made,
        last,
        left_out: last - rows.last,
    })
}

/// Goes on above every number that may have been given. `above`: a higher number that the operator knows;
/// required without a head.
pub(super) async fn recover(
    storage: &SqliteStorage,
    place: &HeadPlace,
    above: Option<u64>,
) -> Result<Recovered, HeadRefused> {
    let found = open(place).await?;
    let head = found.as_ref().map(|file| file.head().clone());
    if head.is_none() && above.is_none() {
        return Err(HeadRefused::Missing(place.folder.clone()));
    }
    let rows = numbering(storage).await?;
    let (above, chain) = rule::recover(head.as_ref(), &rows, above.unwrap_or(0));
    let operator = storage.operator();
    // The row first. A crash before the new head leaves a start that refuses again.
    storage
        .write(move |tx| {
            tx.db.execute(
                "UPDATE numbering SET last = ?1, chain = ?2, base = ?1, base_chain = ?2, headed = 1",
                params![signed(above)?, chain],
            )?;
            let deed = Deed::of("numbers.recover", format!("above {above}"));
            audit::record(tx.db, operator.as_ref(), deed)
        })
        .await?;
    let writes = head.map_or(0, |head| head.writes);
    // Dropped first, because it would otherwise be closed after the new one has its name.
    drop(found);
    drop(make(place, writes + 1, above, chain).await?);
    Ok(Recovered {
        rows_end_at: rows.last,
        above,
    })
}

/// How far the rows go.
pub(super) async fn numbering(storage: &SqliteStorage) -> Result<Numbering, StorageError> {
    storage.read(|reader| read(&reader.db)).await
}

async fn open(place: &HeadPlace) -> Result<Option<HeadFile>, HeadRefused> {
    let place = place.clone();
    on_disk(move || HeadFile::open(&place)).await
}

async fn make(
    place: &HeadPlace,
    writes: u64,
    given: u64,
    chain: Chain,
) -> Result<HeadFile, HeadRefused> {
    let place = place.clone();
    on_disk(move || HeadFile::make(&place, writes, given, chain)).await
}

async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HeadRefused> + Send + 'static,
) -> Result<T, HeadRefused> {
    let interrupted = || StorageError::Broken("the head's file was not reached".into());
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| interrupted())?
}

fn refused(
    why: Refused,
    place: &HeadPlace,
    rows: &Numbering,
    head: Option<&crate::head::Head>,
) -> HeadRefused {
    let (last, folder) = (rows.last, place.folder.clone());
    match why {
        Refused::Missing => HeadRefused::Missing(folder),
        Refused::DatabaseBehind => HeadRefused::DatabaseBehind {
            last,
            given: head.map_or(0, |head| head.given),
        },
        Refused::HeadBehind => HeadRefused::HeadBehind {
            last,
            promised: head.map_or(0, |head| head.promised),
        },
        Refused::Foreign => HeadRefused::Foreign(folder),
    }
}
