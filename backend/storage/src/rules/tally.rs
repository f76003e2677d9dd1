//! The tally as counters: in which ones an apoyo is counted, and how they move.

use chrono::TimeDelta;
use protocol::{
    apoyos::Status,
    campaigns::Place,
    environment::Timestamp,
    reason::Reason,
    tally::{PlaceCounts, SECCION_STEP_MINUTES, SMALLEST_SECCION},
};
use std::collections::{BTreeMap, BTreeSet};

/// The area that a counter covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The whole campaign.
    Total,
    /// One entidad.
    Entidad,
    /// One federal district.
    Distrito,
    /// One sección.
    Seccion,
}

impl Level {
    /// Every level.
    pub const ALL: [Level; 4] = [
        Level::Total,
        Level::Entidad,
        Level::Distrito,
        Level::Seccion,
    ];

    /// Its word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Total => "total",
            Level::Entidad => "entidad",
            Level::Distrito => "distrito",
            Level::Seccion => "seccion",
        }
    }

    /// The level with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// The place of a counter: entidad, distrito, sección; 0 where its level has none.
pub type CounterPlace = (u8, u16, u16);

/// One counter: the key of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counter {
    /// The campaign's number.
    pub campaign: i64,
    /// The area that it covers.
    pub level: Level,
    /// The place of that area.
    pub place: CounterPlace,
    /// The status that it counts.
    pub status: Status,
    /// The main reason that it counts; `None` for apoyos without a reason.
    pub reason: Option<Reason>,
}

/// The part of an apoyo that the tally depends on: it decides which counters count the apoyo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TallyKey {
    /// The campaign's number.
    pub campaign: i64,
    /// The apoyo's status.
    pub status: Status,
    /// The first of its reasons.
    pub reason: Option<Reason>,
    /// Where the person votes, if known.
    pub place: Option<Place>,
}

impl TallyKey {
    /// The key of an apoyo that has just arrived.
    pub const fn received(campaign: i64) -> Self {
        Self {
            campaign,
            status: Status::Received,
            reason: None,
            place: None,
        }
    }

    /// The counters that count it: one without a place, four with one.
    pub fn counters(self) -> impl Iterator<Item = Counter> {
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

/// Whether sección counts of this moment have to be taken again: after an hour, or if the moment is in
/// the future.
pub fn is_due_again(taken_at: Option<Timestamp>, now: Timestamp) -> bool {
    let step = TimeDelta::minutes(SECCION_STEP_MINUTES);
    taken_at.is_none_or(|at| now >= at + step || now < at - step)
}

/// The public cells.
pub fn publishable(mut places: Vec<PlaceCounts>) -> Vec<PlaceCounts> {
    places.retain(|place| place.counts.received >= SMALLEST_SECCION);
    places
}

/// How far each counter moves, summed over any number of apoyos.
///
/// Sorted, so that every transaction locks counters in one order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deltas(BTreeMap<Counter, i64>);

impl Deltas {
    /// Counts an apoyo that was not counted before.
    pub fn add_apoyo(&mut self, at: TallyKey) {
        self.shift(at, 1);
    }

    /// Moves an apoyo from some counters to others.
    pub fn move_apoyo(&mut self, from: TallyKey, to: TallyKey) {
        if from != to {
            self.shift(from, -1);
            self.shift(to, 1);
        }
    }

    fn shift(&mut self, at: TallyKey, by: i64) {
        for counter in at.counters() {
            *self.0.entry(counter).or_default() += by;
        }
    }

    /// Adds the deltas of another write.
    pub fn merge(&mut self, other: Deltas) {
        for (counter, by) in other.0 {
            *self.0.entry(counter).or_default() += by;
        }
    }

    /// Whether a counter goes down. One that only goes up cannot fall below zero.
    pub fn takes_away(&self) -> bool {
        self.0.values().any(|by| *by < 0)
    }

    /// The campaigns whose counters move.
    pub fn campaigns(&self) -> BTreeSet<i64> {
        self.iter().map(|(counter, _)| counter.campaign).collect()
    }

    /// The counters that move, and by how much.
    pub fn iter(&self) -> impl Iterator<Item = (&Counter, i64)> {
        let all = self.0.iter().map(|(counter, by)| (counter, *by));
        all.filter(|(_, by)| *by != 0)
    }
}
