//! The tally: counters that move with the apoyos, and the same counted anew.

use super::{
    fault::Fault,
    values::{self, unsigned},
};
use protocol::{
    apoyo::Status,
    campaign::Place,
    environment::Timestamp,
    ids::CampaignId,
    reason::Reason,
    tally::{Counts, PlaceCounts, Tally},
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Level {
    Total,
    Entidad,
    Distrito,
    Seccion,
}

impl Level {
    const ALL: [Level; 4] = [
        Level::Total,
        Level::Entidad,
        Level::Distrito,
        Level::Seccion,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Level::Total => "total",
            Level::Entidad => "entidad",
            Level::Distrito => "distrito",
            Level::Seccion => "seccion",
        }
    }
}

/// The place of a counter: entidad, distrito, sección; 0 where its level has none.
type Where = (u8, u16, u16);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Counter {
    campaign: i64,
    level: Level,
    place: Where,
    status: Status,
    reason: Option<Reason>,
}

/// Where an apoyo stands, as the tally sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// The campaign's number.
    pub(super) campaign: i64,
    /// Its status.
    pub(super) status: Status,
    /// The first of its reasons.
    pub(super) reason: Option<Reason>,
    /// Where the person votes, if known.
    pub(super) place: Option<Place>,
}

impl Standing {
    fn counters(self) -> impl Iterator<Item = Counter> {
        Level::ALL.into_iter().filter_map(move |level| {
            let place = match (level, self.place) {
                (Level::Total, _) => (0, 0, 0),
                (_, None) => return None,
                (Level::Entidad, Some(p)) => (p.entidad.number(), 0, 0),
                (Level::Distrito, Some(p)) => (p.entidad.number(), p.distrito_federal, 0),
                (Level::Seccion, Some(p)) => (p.entidad.number(), p.distrito_federal, p.seccion),
            };
            Some(Counter {
                campaign: self.campaign,
                level,
                place,
                status: self.status,
                reason: self.reason,
            })
        })
    }
}

/// Movements of counters, summed: a group of a hundred apoyos of one campaign writes its
/// total once.
#[derive(Debug, Default)]
pub(super) struct Moves(HashMap<Counter, i64>);

impl Moves {
    /// An apoyo stands here now that did not stand anywhere.
    pub(super) fn arrive(&mut self, at: Standing) {
        self.shift(at, 1);
    }

    /// An apoyo that stood there stands here now.
    pub(super) fn shift_from(&mut self, from: Standing, to: Standing) {
        self.shift(from, -1);
        self.shift(to, 1);
    }

    fn shift(&mut self, at: Standing, by: i64) {
        for counter in at.counters() {
            *self.0.entry(counter).or_default() += by;
        }
    }

    /// Takes over the movements of one write of the group.
    pub(super) fn add(&mut self, other: Moves) {
        for (counter, by) in other.0 {
            *self.0.entry(counter).or_default() += by;
        }
    }

    /// Writes the sums.
    pub(super) fn write(&self, db: &Connection) -> Result<(), Fault> {
        // In two steps: the row's CHECK looks at the value to insert, which may be negative.
        let mut make = db.prepare_cached(
            "INSERT OR IGNORE INTO counters VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
        )?;
        let mut shift = db.prepare_cached(
            "UPDATE counters SET apoyos = apoyos + ?8 WHERE campaign = ?1 AND level = ?2
             AND entidad = ?3 AND distrito = ?4 AND seccion = ?5 AND status = ?6 AND reason = ?7",
        )?;
        for (counter, by) in self.0.iter().filter(|(_, by)| **by != 0) {
            let (entidad, distrito, seccion) = counter.place;
            let (level, status) = (counter.level.as_str(), counter.status.as_str());
            let reason = counter.reason.map_or("", Reason::as_str);
            let key = params![
                counter.campaign,
                level,
                entidad,
                distrito,
                seccion,
                status,
                reason
            ];
            if shift.execute(params![
                counter.campaign,
                level,
                entidad,
                distrito,
                seccion,
                status,
                reason,
                by
            ])? == 0
            {
                make.execute(key)?;
                shift.execute(params![
                    counter.campaign,
                    level,
                    entidad,
                    distrito,
                    seccion,
                    status,
                    reason,
                    by
                ])?;
            }
        }
        Ok(())
    }
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
        at: now,
    };
    let mut places: BTreeMap<(Level, Where), Counts> = BTreeMap::new();
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([number])?;
    while let Some(row) = rows.next()? {
        let level = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        let level = Level::ALL.into_iter().find(|known| known.as_str() == level);
        let level = level.ok_or_else(|| Fault::unreadable("level"))?;
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

fn add(counts: &mut Counts, status: Status, apoyos: u64) {
    counts.received += apoyos;
    *match status {
        Status::Received => &mut counts.pending,
        Status::Preliminary => &mut counts.preliminary,
        Status::InReview => &mut counts.in_review,
        Status::NotCounted => &mut counts.not_counted,
    } += apoyos;
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
