//! How values are stored in the database.

use super::fault::Fault;
use crate::roll::Situacion;
use chrono::DateTime;
use credential::Entidad;
use protocol::{campaigns::Place, environment::Timestamp, reason::Reason};
use rusqlite::Row;
use serde::{Serialize, de::DeserializeOwned};

/// A moment in milliseconds.
pub(super) fn millis(moment: Timestamp) -> i64 {
    moment.timestamp_millis()
}

/// The moment that [`millis`] wrote.
pub(super) fn moment(millis: i64) -> Result<Timestamp, Fault> {
    DateTime::from_timestamp_millis(millis).ok_or_else(|| Fault::unreadable("time"))
}

/// A count as SQLite's signed integer.
pub(super) fn signed(count: u64) -> Result<i64, Fault> {
    i64::try_from(count).map_err(|_| Fault::Failed("a number beyond 2^63".into()))
}

/// A count from SQLite's signed integer.
pub(super) fn unsigned(count: i64) -> Result<u64, Fault> {
    u64::try_from(count).map_err(|_| Fault::unreadable("count"))
}

/// A unit enum as its word on the wire.
pub(super) fn word<T: Serialize>(value: &T) -> Result<String, Fault> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(Fault::Failed("a value that is no word".into())),
    }
}

/// The unit enum with this word on the wire.
pub(super) fn from_word<T: DeserializeOwned>(word: String, what: &str) -> Result<T, Fault> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(|_| Fault::unreadable(what))
}

/// A slug from its text in the database.
pub(super) fn slug<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::unreadable("slug"))
}

/// Reasons as words with spaces between.
pub(super) fn reason_words(reasons: &[Reason]) -> String {
    let words: Vec<_> = reasons.iter().map(|reason| reason.as_str()).collect();
    words.join(" ")
}

/// The reasons that [`reason_words`] wrote.
pub(super) fn reasons(words: &str) -> Result<Vec<Reason>, Fault> {
    words
        .split_whitespace()
        .map(|word| Reason::parse(word).ok_or_else(|| Fault::unreadable("reason")))
        .collect()
}

/// The entidad with this number.
pub(super) fn entidad(number: u8) -> Result<Entidad, Fault> {
    Entidad::from_number(number).map_err(|_| Fault::unreadable("entidad"))
}

/// The place in the five columns from `first` on; `None` if they are NULL.
pub(super) fn place(row: &Row<'_>, first: usize) -> Result<Option<Place>, Fault> {
    let Some(number) = row.get::<_, Option<u8>>(first)? else {
        return Ok(None);
    };
    Ok(Some(Place {
        entidad: entidad(number)?,
        distrito_federal: row.get(first + 1)?,
        distrito_local: row.get(first + 2)?,
        municipio: row.get(first + 3)?,
        seccion: row.get(first + 4)?,
    }))
}

/// The number of a situación.
pub(super) const fn situacion_number(situacion: Situacion) -> u8 {
    match situacion {
        Situacion::ListaNominal => 0,
        Situacion::Padron => 1,
        Situacion::Baja => 2,
    }
}

/// The situación that [`situacion_number`] wrote.
pub(super) fn situacion(number: u8) -> Result<Situacion, Fault> {
    match number {
        0 => Ok(Situacion::ListaNominal),
        1 => Ok(Situacion::Padron),
        2 => Ok(Situacion::Baja),
        _ => Err(Fault::unreadable("situación")),
    }
}
