//! Settling: reads an apoyo with its rivals, and writes what [`crate::rules::settle`] decides.

use super::{
    fault::Fault,
    tx::Tx,
    values::{self, millis},
};
use crate::{
    apoyos::Verdict,
    rules::settle::{
        self, Apoyo, Changes, Claim, ClaimChange, PersonTag, RecordedVerdict, Rival, SettledRow,
        Turned, VerdictKind,
    },
};
use protocol::{apoyos::Status, campaigns::Place, environment::Timestamp, ids::ApoyoId};
use rusqlite::{Connection, OptionalExtension, Row, params};

const COLUMNS: &str = "a.sequence, a.campaign, a.status, a.reasons, a.entidad, a.distrito_federal,
    a.distrito_local, a.municipio, a.seccion";

fn settled_row(row: &Row<'_>) -> Result<SettledRow, Fault> {
    let status: String = row.get(2)?;
    Ok(SettledRow {
        sequence: row.get(0)?,
        campaign: row.get(1)?,
        status: Status::parse(&status).ok_or_else(|| Fault::unreadable("status"))?,
        reasons: values::reasons(&row.get::<_, String>(3)?)?,
        place: values::place(row, 4)?,
    })
}

/// Writes a verdict and everything that follows from it; answers how many noes became yes, and the
/// reverse, among the apoyo and those of the same person.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    id: ApoyoId,
    verdict: &Verdict,
    now: Timestamp,
) -> Result<Turned, Fault> {
    let db = tx.db;
    let (apoyo, group) =
        lookup(db, id)?.ok_or_else(|| Fault::Failed("a verdict on no apoyo".into()))?;
    let sequence = apoyo.row.sequence;
    let before = apoyo.claim.map(|claim| claim.person);
    let now_found = settle::person_of(verdict);
    let mut rivals = Vec::new();
    for person in before
        .into_iter()
        .chain(now_found.filter(|_| now_found != before))
    {
        rivals_of(db, group, person, sequence, &mut rivals)?;
    }
    let changes = settle::settle(&apoyo, verdict, &rivals)
        .map_err(|no_reason| Fault::Failed(no_reason.to_string()))?;
    let turned = settle::turned(&apoyo, &rivals, &changes);
    write(tx, group, sequence, changes, now)?;
    Ok(turned)
}

/// The verdict in the two columns from `first` on; `None` if there is none yet.
pub(super) fn recorded(row: &Row<'_>, first: usize) -> Result<Option<RecordedVerdict>, Fault> {
    let Some(word) = row.get::<_, Option<String>>(first)? else {
        return Ok(None);
    };
    Ok(Some(RecordedVerdict {
        kind: VerdictKind::parse(&word).ok_or_else(|| Fault::unreadable("verdict"))?,
        reasons: values::reasons(&row.get::<_, String>(first + 1)?)?,
    }))
}

/// The apoyo and the number of its exclusivity group.
fn lookup(db: &Connection, id: ApoyoId) -> Result<Option<(Apoyo, i64)>, Fault> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, c.exclusivity_group, a.verdict, a.verdict_reasons
         FROM apoyos a JOIN campaigns c ON c.number = a.campaign WHERE a.id = ?1"
    ))?;
    let mut rows = query.query([id.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let settled = settled_row(row)?;
    let verdict = recorded(row, 10)?;
    let claim = db
        .prepare_cached("SELECT person, counted FROM claims WHERE sequence = ?1")?
        .query_row([settled.sequence], |row| {
            Ok(Claim {
                person: row.get(0)?,
                counted: row.get(1)?,
            })
        })
        .optional()?;
    let apoyo = Apoyo {
        row: settled,
        verdict,
        claim,
    };
    Ok(Some((apoyo, row.get(9)?)))
}

/// The claim of this person that counts and every claim later than `sequence`, without its own.
fn rivals_of(
    db: &Connection,
    group: i64,
    person: PersonTag,
    sequence: i64,
    rivals: &mut Vec<Rival>,
) -> Result<(), Fault> {
    // Two look-ups in two indices: one with OR would read every claim of the person.
    let mut query = db.prepare_cached(&format!(
        "WITH near AS (
             SELECT sequence, counted FROM claims
             WHERE exclusivity_group = ?1 AND person = ?2 AND counted = 1
             UNION
             SELECT sequence, counted FROM claims
             WHERE exclusivity_group = ?1 AND person = ?2 AND sequence > ?3)
         SELECT {COLUMNS}, near.counted FROM near JOIN apoyos a USING (sequence)
         WHERE near.sequence <> ?3"
    ))?;
    let mut rows = query.query(params![group, person, sequence])?;
    while let Some(row) = rows.next()? {
        rivals.push(Rival {
            row: settled_row(row)?,
            claim: Claim {
                person,
                counted: row.get(9)?,
            },
        });
    }
    Ok(())
}

fn write(
    tx: &mut Tx<'_>,
    group: i64,
    sequence: i64,
    changes: Changes,
    now: Timestamp,
) -> Result<(), Fault> {
    let db = tx.db;
    if let Some((verdict, place)) = &changes.verdict {
        write_verdict(db, sequence, verdict, *place)?;
    }
    for change in &changes.claims {
        write_claim(db, group, change)?;
    }
    for change in &changes.statuses {
        set_status(db, change, now)?;
    }
    tx.deltas.merge(changes.deltas);
    Ok(())
}

fn write_verdict(
    db: &Connection,
    sequence: i64,
    verdict: &RecordedVerdict,
    place: Option<Place>,
) -> Result<(), Fault> {
    db.prepare_cached(
        "UPDATE apoyos SET verdict = ?2, verdict_reasons = ?3, entidad = ?4, distrito_federal = ?5,
             distrito_local = ?6, municipio = ?7, seccion = ?8 WHERE sequence = ?1",
    )?
    .execute(params![
        sequence,
        verdict.kind.as_str(),
        values::reason_words(&verdict.reasons),
        place.map(|place| place.entidad.number()),
        place.map(|place| place.distrito_federal),
        place.map(|place| place.distrito_local),
        place.map(|place| place.municipio),
        place.map(|place| place.seccion),
    ])?;
    Ok(())
}

fn write_claim(db: &Connection, group: i64, change: &ClaimChange) -> Result<(), Fault> {
    match change {
        ClaimChange::Withdraw { sequence } => db
            .prepare_cached("DELETE FROM claims WHERE sequence = ?1")?
            .execute([sequence])?,
        ClaimChange::Uncount { sequence } => db
            .prepare_cached("UPDATE claims SET counted = 0 WHERE sequence = ?1")?
            .execute([sequence])?,
        ClaimChange::Enter {
            sequence,
            person,
            counted,
        } => db
            .prepare_cached("INSERT INTO claims VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![group, person, sequence, counted])?,
        ClaimChange::Count { sequence } => db
            .prepare_cached("UPDATE claims SET counted = 1 WHERE sequence = ?1")?
            .execute([sequence])?,
    };
    Ok(())
}

fn set_status(db: &Connection, change: &settle::StatusChange, now: Timestamp) -> Result<(), Fault> {
    db.prepare_cached(
        "UPDATE apoyos SET status = ?2, reasons = ?3, changed_at = ?4 WHERE sequence = ?1",
    )?
    .execute(params![
        change.sequence,
        change.status.as_str(),
        values::reason_words(&change.reasons),
        millis(now)
    ])?;
    Ok(())
}
