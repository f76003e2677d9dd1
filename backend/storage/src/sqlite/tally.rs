//! The tally: read from the counters, or recounted from the apoyos.

use super::{
    fault::Fault,
    values::{self, unsigned},
};
use crate::rules::tally::{CounterPlace, Level};
use protocol::{
    apoyos::Status,
    environment::Timestamp,
    ids::CampaignId,
    tally::{Counts, PlaceCounts, Tally},
};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;

/// The campaign's tally with one level of places, but for secciones ([`published`]).
pub(super) fn of_level(
    db: &Connection,
    id: &CampaignId,
    level: Level,
    now: Timestamp,
) -> Result<Option<Tally>, Fault> {
    let sql = format!(
        "SELECT level, entidad, distrito, seccion, status, reason, apoyos FROM counters
         WHERE campaign = ?1 AND level IN ('total', '{}') AND apoyos > 0",
        level.as_str()
    );
    gather(db, id, now, &sql)
}

/// The number of moves of the counters.
pub(super) fn version(db: &Connection, id: &CampaignId) -> Result<Option<u64>, Fault> {
    db.prepare_cached(
        "SELECT coalesce(version, 0) FROM campaigns
         LEFT JOIN tally_versions ON campaign = number WHERE id = ?1",
    )?
    .query_row([id.as_str()], |row| row.get(0))
    .optional()?
    .map(unsigned)
    .transpose()
}

/// The campaign's tally from the counters.
pub(super) fn counted(
    db: &Connection,
    id: &CampaignId,
    now: Timestamp,
) -> Result<Option<Tally>, Fault> {
    gather(
        db,
        id,
        now,
        "SELECT level, entidad, distrito, seccion, status, reason, apoyos FROM counters
         WHERE campaign = ?1 AND apoyos > 0",
    )
}

/// The campaign's tally from the apoyos themselves.
pub(super) fn recounted(
    db: &Connection,
    id: &CampaignId,
    now: Timestamp,
) -> Result<Option<Tally>, Fault> {
    gather(
        db,
        id,
        now,
        "WITH standing AS MATERIALIZED (
             SELECT entidad, distrito_federal AS distrito, seccion, status,
                    CASE instr(reasons, ' ') WHEN 0 THEN reasons
                         ELSE substr(reasons, 1, instr(reasons, ' ') - 1) END AS reason,
                    count(*) AS apoyos
             FROM apoyos WHERE campaign = ?1 GROUP BY 1, 2, 3, 4, 5)
         SELECT 'total', 0, 0, 0, status, reason, sum(apoyos) FROM standing GROUP BY 5, 6
         UNION ALL SELECT 'entidad', entidad, 0, 0, status, reason, sum(apoyos)
             FROM standing WHERE entidad IS NOT NULL GROUP BY 2, 5, 6
         UNION ALL SELECT 'distrito', entidad, distrito, 0, status, reason, sum(apoyos)
             FROM standing WHERE entidad IS NOT NULL GROUP BY 2, 3, 5, 6
         UNION ALL SELECT 'seccion', entidad, distrito, seccion, status, reason, sum(apoyos)
             FROM standing WHERE entidad IS NOT NULL GROUP BY 2, 3, 4, 5, 6",
    )
}

fn gather(
    db: &Connection,
    id: &CampaignId,
    now: Timestamp,
    sql: &str,
) -> Result<Option<Tally>, Fault> {
    // One transaction: title and counters are of the same moment.
    let db = db.unchecked_transaction()?;
    let campaign = db
        .prepare_cached("SELECT number, title, requester, required FROM campaigns WHERE id = ?1")?
        .query_row([id.as_str()], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get::<_, i64>(3)?,
            ))
        })
        .optional()?;
    let Some((number, title, requester, required)) = campaign else {
        return Ok(None);
    };
    let mut tally = Tally {
        campaign: id.clone(),
        title,
        requester,
        required: unsigned(required)?,
        total: Counts::default(),
        not_counted_by_reason: BTreeMap::new(),
        in_review_by_reason: BTreeMap::new(),
        by_entidad: Vec::new(),
        by_distrito: Vec::new(),
        by_seccion: Vec::new(),
        secciones_at: None,
        at: now,
    };
    let mut places: BTreeMap<(Level, CounterPlace), Counts> = BTreeMap::new();
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([number])?;
    while let Some(row) = rows.next()? {
        let level = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let level = Level::parse(level).ok_or_else(|| Fault::unreadable("level"))?;
        let status = row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?;
        let status = Status::parse(status).ok_or_else(|| Fault::unreadable("status"))?;
        let reason = row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?;
        let reason = values::reasons(reason)?.first().copied();
        let apoyos = unsigned(row.get(6)?)?;
        if level == Level::Total {
            add(&mut tally.total, status, apoyos);
            let by_reason = match status {
                Status::NotCounted => Some(&mut tally.not_counted_by_reason),
                Status::InReview => Some(&mut tally.in_review_by_reason),
                Status::Received | Status::Preliminary => None,
            };
            if let (Some(by_reason), Some(reason)) = (by_reason, reason) {
                *by_reason.entry(reason).or_default() += apoyos;
            }
        } else {
            let place = (row.get(1)?, row.get(2)?, row.get(3)?);
            add(places.entry((level, place)).or_default(), status, apoyos);
        }
    }
    for ((level, (entidad, distrito, seccion)), counts) in places {
        let of_place = PlaceCounts {
            entidad: values::entidad(entidad)?,
            distrito_federal: (level >= Level::Distrito).then_some(distrito),
            seccion: (level == Level::Seccion).then_some(seccion),
            counts,
        };
        match level {
            Level::Total => {}
            Level::Entidad => tally.by_entidad.push(of_place),
            Level::Distrito => tally.by_distrito.push(of_place),
            Level::Seccion => tally.by_seccion.push(of_place),
        }
    }
    Ok(Some(tally))
}

pub(super) fn add(counts: &mut Counts, status: Status, apoyos: u64) {
    counts.received += apoyos;
    *match status {
        Status::Received => &mut counts.pending,
        Status::Preliminary => &mut counts.preliminary,
        Status::InReview => &mut counts.in_review,
        Status::NotCounted => &mut counts.not_counted,
    } += apoyos;
}
