//! Verdicts that are reached once more: which, and how far that has come.

use super::{
    fault::Fault,
    pending::{self, Taken},
    values::{self, millis, moment, slug, unsigned},
};
use crate::{
    judging::{JudgingAgain, WhichAgain},
    rules::settle::Turned,
};
use protocol::{environment::Timestamp, reason::Reason};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Rows that are looked at for one piece: a run for a rare reason reads many and finds few.
const LOOKED_AT: i64 = 20_000;

/// Begins a run; answers its number. One that has nothing to do ends at once.
pub(super) fn begin(db: &Connection, which: &WhichAgain, now: Timestamp) -> Result<i64, Fault> {
    db.prepare_cached(
        "INSERT INTO judged_again (begun_at, campaign, reason, since, pictures, last, through,
             judged, no_to_yes, yes_to_no, ended_at)
         SELECT ?1, ?2, ?3, ?4, ?5, coalesce(max(sequence), 0), 0, 0, 0, 0,
             iif(max(sequence) IS NULL, ?1, NULL) FROM apoyos",
    )?
    .execute(params![
        millis(now),
        which.campaign.as_ref().map(|campaign| campaign.as_str()),
        which.reason.map(Reason::as_str),
        which.since.map(millis),
        which.pictures,
    ])?;
    Ok(db.last_insert_rowid())
}

const COLUMNS: &str = "run, begun_at, campaign, reason, since, pictures, last, through, judged,
    no_to_yes, yes_to_no, ended_at FROM judged_again";

fn run(row: &Row<'_>) -> Result<JudgingAgain, Fault> {
    let campaign: Option<String> = row.get(2)?;
    let reason: Option<String> = row.get(3)?;
    let since: Option<i64> = row.get(4)?;
    let ended_at: Option<i64> = row.get(11)?;
    let word = |word: String| Reason::parse(&word).ok_or_else(|| Fault::unreadable("reason"));
    Ok(JudgingAgain {
        run: unsigned(row.get(0)?)?,
        begun_at: moment(row.get(1)?)?,
        which: WhichAgain {
            campaign: campaign.as_deref().map(slug).transpose()?,
            reason: reason.map(word).transpose()?,
            since: since.map(moment).transpose()?,
            pictures: row.get(5)?,
        },
        last: unsigned(row.get(6)?)?,
        through: unsigned(row.get(7)?)?,
        judged: unsigned(row.get(8)?)?,
        turned: Turned {
            no_to_yes: unsigned(row.get(9)?)?,
            yes_to_no: unsigned(row.get(10)?)?,
        },
        ended_at: ended_at.map(moment).transpose()?,
    })
}

fn runs(db: &Connection, which: &str, limit: u32) -> Result<Vec<JudgingAgain>, Fault> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} {which} LIMIT ?1"))?;
    let mut rows = query.query([limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(run(row)?);
    }
    Ok(found)
}

/// The newest runs.
pub(super) fn newest(db: &Connection, limit: u32) -> Result<Vec<JudgingAgain>, Fault> {
    runs(db, "ORDER BY run DESC", limit)
}

/// The oldest run that has not ended.
pub(super) fn open(db: &Connection) -> Result<Option<JudgingAgain>, Fault> {
    Ok(runs(db, "WHERE ended_at IS NULL ORDER BY run", 1)?.pop())
}

/// What comes next of a run, and how far it has come then.
pub(super) fn piece(
    db: &Connection,
    run: &JudgingAgain,
    limit: u32,
) -> Result<(Taken, u64), Fault> {
    let (through, last) = (values::signed(run.through)?, values::signed(run.last)?);
    let until = last.min(through.saturating_add(LOOKED_AT));
    let mut query = db.prepare_cached(&format!(
        "SELECT {} WHERE a.sequence > ?1 AND a.sequence <= ?2 AND a.verdict IS NOT NULL
         AND (?3 IS NULL OR c.id = ?3) AND (?4 IS NULL OR a.changed_at >= ?4)
         AND (?5 IS NULL OR instr(' ' || a.verdict_reasons || ' ', ' ' || ?5 || ' ') > 0
             OR instr(' ' || a.reasons || ' ', ' ' || ?5 || ' ') > 0)
         ORDER BY a.sequence LIMIT ?6",
        pending::COLUMNS
    ))?;
    let which = &run.which;
    let taken = pending::all(query.query(params![
        through,
        until,
        which.campaign.as_ref().map(|campaign| campaign.as_str()),
        which.since.map(millis),
        which.reason.map(Reason::as_str),
        limit,
    ])?)?;
    let full = taken.apoyos.len() + taken.unreadable.len() >= limit as usize;
    let through = match (full, taken.furthest) {
        (true, Some(furthest)) => furthest,
        _ => unsigned(until)?,
    };
    Ok((taken, through))
}

/// A verdict of this run was reached.
pub(super) fn judged(db: &Connection, run: u64, turned: Turned) -> Result<(), Fault> {
    db.prepare_cached(
        "UPDATE judged_again SET judged = judged + 1, no_to_yes = no_to_yes + ?2,
             yes_to_no = yes_to_no + ?3 WHERE run = ?1",
    )?
    .execute(params![
        values::signed(run)?,
        values::signed(turned.no_to_yes)?,
        values::signed(turned.yes_to_no)?
    ])?;
    Ok(())
}

/// The run has come so far.
pub(super) fn come(db: &Connection, run: u64, through: u64, now: Timestamp) -> Result<(), Fault> {
    db.prepare_cached(
        "UPDATE judged_again SET through = ?2, ended_at = iif(?2 >= last, ?3, NULL)
         WHERE run = ?1 AND ended_at IS NULL",
    )?
    .execute(params![
        values::signed(run)?,
        values::signed(through)?,
        millis(now)
    ])?;
    Ok(())
}

/// One run.
pub(super) fn lookup(db: &Connection, number: i64) -> Result<Option<JudgingAgain>, Fault> {
    let known: Option<i64> = db
        .prepare_cached("SELECT run FROM judged_again WHERE run = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()?;
    let Some(number) = known else {
        return Ok(None);
    };
    Ok(runs(db, &format!("WHERE run = {number}"), 1)?.pop())
}
