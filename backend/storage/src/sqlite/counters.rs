//! The counters behind the tally: they move in the transaction that moves the apoyo.

use super::{fault::Fault, values::unsigned};
use protocol::{apoyo::Status, campaign::Place, reason::Reason};
use rusqlite::{Connection, params};
use std::collections::HashMap;

/// How wide a counter looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Level {
    Total,
    Entidad,
    Distrito,
    Seccion,
}

impl Level {
    /// Every level.
    pub(super) const ALL: [Level; 4] = [
        Level::Total,
        Level::Entidad,
        Level::Distrito,
        Level::Seccion,
    ];

    /// Its word in the database.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Level::Total => "total",
            Level::Entidad => "entidad",
            Level::Distrito => "distrito",
            Level::Seccion => "seccion",
        }
    }
}

/// The place of a counter: entidad, distrito, sección; 0 where its level has none.
pub(super) type Where = (u8, u16, u16);

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
