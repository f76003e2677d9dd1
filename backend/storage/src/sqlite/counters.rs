//! The counters behind the tally: written in the transaction that changes the apoyos.

use super::{fault::Fault, values::unsigned};
use crate::rules::tally::Deltas;
use protocol::reason::Reason;
use rusqlite::{Connection, params};

/// Writes deltas. A counter that would fall below zero is refused by its `CHECK`.
pub(super) fn write(db: &Connection, deltas: &Deltas) -> Result<(), Fault> {
    // In two steps: the row's CHECK looks at the value to insert, which may be negative.
    let mut make =
        db.prepare_cached("INSERT OR IGNORE INTO counters VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)")?;
    let mut shift = db.prepare_cached(
        "UPDATE counters SET apoyos = apoyos + ?8 WHERE campaign = ?1 AND level = ?2
         AND entidad = ?3 AND distrito = ?4 AND seccion = ?5 AND status = ?6 AND reason = ?7",
    )?;
    for (counter, by) in deltas.iter() {
        let (entidad, distrito, seccion) = counter.place;
        let (level, status) = (counter.level.as_str(), counter.status.as_str());
        let reason = counter.reason.map_or("", Reason::as_str);
        let mut shift = || {
            let campaign = counter.campaign;
            shift.execute(params![
                campaign, level, entidad, distrito, seccion, status, reason, by
            ])
        };
        if shift()? == 0 {
            let campaign = counter.campaign;
            make.execute(params![
                campaign, level, entidad, distrito, seccion, status, reason
            ])?;
            shift()?;
        }
    }
    // Once for each campaign of the batch, so that caches of tallies see the move.
    let mut moved = db.prepare_cached(
        "INSERT INTO tally_versions VALUES (?1, 1)
         ON CONFLICT (campaign) DO UPDATE SET version = version + 1",
    )?;
    for campaign in deltas.campaigns() {
        moved.execute([campaign])?;
    }
    Ok(())
}

/// How many apoyos wait for a verdict, over all campaigns.
pub(super) fn pending(db: &Connection) -> Result<u64, Fault> {
    let count = db
        .prepare_cached(
            "SELECT coalesce(sum(apoyos), 0) FROM counters JOIN campaigns ON campaign = number
             WHERE level = 'total' AND entidad = 0 AND distrito = 0 AND seccion = 0
             AND status = 'received'",
        )?
        .query_row([], |row| row.get(0))?;
    unsigned(count)
}
