//! One line of the roll's CSV: what it says, or which column is wrong. Never a value in an
//! error: rejects travel further than the roll may.

use credential::{
    Entidad,
    clave_elector::ClaveElector,
    curp::Curp,
    numbers::{Cic, Identificador, Seccion},
};
use csv::ByteRecord;
use protocol::campaign::Place;
use std::borrow::Cow;
use storage::roll::Situacion;

/// The columns, as the header names them (any case, any order).
pub const COLUMNS: [&str; 15] = [
    "identificador",
    "cic",
    "emision",
    "clave_elector",
    "curp",
    "nombre",
    "primer_apellido",
    "segundo_apellido",
    "entidad",
    "distrito_federal",
    "distrito_local",
    "municipio",
    "seccion",
    "situacion",
    "vigencia",
];

/// Years that a vigencia may name.
const YEARS: std::ops::RangeInclusive<u16> = 1990..=2100;

/// Where each column stands in this file.
#[derive(Debug, Clone)]
pub struct Layout([usize; COLUMNS.len()]);

/// What a line says. Holds no name and no CURP: they are looked at and left.
#[derive(Debug, Clone)]
pub struct Line {
    /// The card.
    pub cic: Cic,
    /// The person's number.
    pub identificador: Identificador,
    /// The person's key.
    pub clave: String,
    /// Where they vote.
    pub place: Place,
    /// What the roll says.
    pub situacion: Situacion,
    /// The last year in which the credential is valid.
    pub vigencia: u16,
}

/// Why a line is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reject {
    /// A column that is not of its form.
    Column(&'static str),
    /// Another number of columns than the header has.
    Columns,
    /// The same credential stands in an earlier line.
    Duplicate,
}

impl std::fmt::Display for Reject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reject::Column(column) => write!(f, "{column}: not of its form"),
            Reject::Columns => f.write_str("another number of columns than the header"),
            Reject::Duplicate => f.write_str("cic and identificador stand in an earlier line"),
        }
    }
}

impl Layout {
    /// Finds the columns; the error is the name of one that is missing.
    pub fn of(header: &ByteRecord) -> Result<Self, &'static str> {
        let names: Vec<String> = header
            .iter()
            .map(|name| {
                text(name)
                    .trim()
                    .trim_start_matches('\u{feff}')
                    .to_lowercase()
            })
            .collect();
        let mut places = [0; COLUMNS.len()];
        for (place, column) in places.iter_mut().zip(COLUMNS) {
            *place = names.iter().position(|name| name == column).ok_or(column)?;
        }
        Ok(Self(places))
    }

    /// Reads one line.
    pub fn read(&self, record: &ByteRecord) -> Result<Line, Reject> {
        let [
            identificador,
            cic,
            emision,
            clave,
            curp,
            nombre,
            primer,
            segundo,
            rest @ ..,
        ] = self.fields(record)?;
        let [
            entidad,
            federal,
            local,
            municipio,
            seccion,
            situacion,
            vigencia,
        ] = rest;
        let wrong = |column| Reject::Column(column);

        // Looked at, so that a file with its columns in disorder does not pass; not kept.
        if emision.is_empty() || emision.len() > 2 || !emision.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong("emision"));
        }
        if Curp::parse(&curp).is_err() {
            return Err(wrong("curp"));
        }
        if nombre.is_empty() || nombre.len() > 200 {
            return Err(wrong("nombre"));
        }
        for (name, column) in [(primer, "primer_apellido"), (segundo, "segundo_apellido")] {
            if name.len() > 200 {
                return Err(wrong(column));
            }
        }

        Ok(Line {
            cic: Cic::parse(&cic).map_err(|_| wrong("cic"))?,
            identificador: Identificador::parse(&identificador)
                .map_err(|_| wrong("identificador"))?,
            clave: ClaveElector::parse(&clave)
                .map_err(|_| wrong("clave_elector"))?
                .to_string(),
            place: Place {
                entidad: small(&entidad)
                    .and_then(|number| u8::try_from(number).ok())
                    .and_then(|number| Entidad::from_number(number).ok())
                    .ok_or(wrong("entidad"))?,
                distrito_federal: small(&federal).ok_or(wrong("distrito_federal"))?,
                distrito_local: small(&local).ok_or(wrong("distrito_local"))?,
                municipio: small(&municipio).ok_or(wrong("municipio"))?,
                seccion: Seccion::parse(&seccion)
                    .map_err(|_| wrong("seccion"))?
                    .number(),
            },
            situacion: match situacion.to_ascii_uppercase().as_str() {
                "LISTA_NOMINAL" => Situacion::ListaNominal,
                "PADRON" => Situacion::Padron,
                "BAJA" => Situacion::Baja,
                _ => return Err(wrong("situacion")),
            },
            vigencia: small(&vigencia)
                .filter(|year| YEARS.contains(year))
                .ok_or(wrong("vigencia"))?,
        })
    }

    fn fields<'r>(&self, record: &'r ByteRecord) -> Result<[Cow<'r, str>; 15], Reject> {
        let mut fields = [const { Cow::Borrowed("") }; 15];
        for (field, place) in fields.iter_mut().zip(self.0) {
            *field = trimmed(text(record.get(place).ok_or(Reject::Columns)?));
        }
        Ok(fields)
    }
}

/// UTF-8 where it is UTF-8, ISO-8859-1 otherwise: in ISO-8859-1 every accented letter makes
/// the bytes invalid as UTF-8, so that no text is taken for the wrong one in practice.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

fn small(text: &str) -> Option<u16> {
    if text.is_empty() || text.len() > 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
