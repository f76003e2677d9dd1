//! Parses one line of the roll's CSV. An error names a column and never a value, because rejects are
//! passed on to people who may not see the roll.

use super::fault::FileFault;
use credential::{
    Entidad, Sex,
    clave_elector::ClaveElector,
    curp::Curp,
    numbers::{Cic, Identificador, Seccion},
    typed,
};
use csv::ByteRecord;
use protocol::campaigns::Place;
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

/// The position of each column in this file.
#[derive(Debug, Clone)]
pub struct Layout {
    places: [usize; COLUMNS.len()],
    /// The number of columns up to the last one with a name.
    width: usize,
}

/// A parsed line. Name and CURP are checked and not kept.
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
    /// Their situation in the roll.
    pub situacion: Situacion,
    /// The last year in which the credential is valid.
    pub vigencia: u16,
}

/// Why a line is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reject {
    /// A column is malformed.
    Column(&'static str),
    /// The line has another number of columns than the header.
    Columns,
    /// A quote within an unquoted field, or text after a closing quote.
    Quote,
    /// CURP and clave de elector are of different people.
    Contradiction(&'static str),
    /// The same credential is in an earlier line.
    Duplicate,
}

impl std::fmt::Display for Reject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reject::Column(column) => write!(f, "{column}: not of its form"),
            Reject::Columns => f.write_str("another number of columns than the header"),
            Reject::Quote => f.write_str("a quote within a field"),
            Reject::Contradiction(what) => {
                write!(f, "curp and clave_elector contradict each other: {what}")
            }
            Reject::Duplicate => f.write_str("cic and identificador stand in an earlier line"),
        }
    }
}

impl Layout {
    /// Finds the columns.
    pub fn of(header: &ByteRecord) -> Result<Self, FileFault> {
        let names: Vec<String> = header
            .iter()
            .map(|name| typed::line(&text(name)).to_lowercase())
            .collect();
        let mut places = [0; COLUMNS.len()];
        for (place, column) in places.iter_mut().zip(COLUMNS) {
            let mut found = (0..names.len()).filter(|at| names[*at] == column);
            *place = found.next().ok_or(FileFault::NoColumn(column))?;
            if found.next().is_some() {
                return Err(FileFault::ColumnTwice(column));
            }
        }
        let named = names.iter().rposition(|name| !name.is_empty());
        Ok(Self {
            places,
            width: named.map_or(0, |last| last + 1),
        })
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
        // Spreadsheets leave empty columns behind the last; anything else there is in the wrong
        // column, and so is the rest of the line.
        let surplus = record.iter().skip(self.width);
        if record.len() < self.width || !surplus.into_iter().all(|it| text(it).trim().is_empty()) {
            return Err(Reject::Columns);
        }

        // Checked, so that a file with mixed-up columns does not pass; not kept.
        if emision.is_empty() || emision.len() > 2 || !emision.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong("emision"));
        }
        let curp = Curp::parse(&curp).map_err(|_| wrong("curp"))?;
        if nombre.is_empty() || nombre.len() > 200 {
            return Err(wrong("nombre"));
        }
        for (name, column) in [(primer, "primer_apellido"), (segundo, "segundo_apellido")] {
            if name.len() > 200 {
                return Err(wrong(column));
            }
        }

        let clave = ClaveElector::parse(&clave).map_err(|_| wrong("clave_elector"))?;
        if let Some(what) = contradiction(&curp, &clave) {
            return Err(Reject::Contradiction(what));
        }
        Ok(Line {
            cic: Cic::parse(&cic).map_err(|_| wrong("cic"))?,
            identificador: Identificador::parse(&identificador)
                .map_err(|_| wrong("identificador"))?,
            clave: clave.to_string(),
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
        for (field, place) in fields.iter_mut().zip(self.places) {
            *field = trimmed(text(record.get(place).ok_or(Reject::Columns)?));
        }
        Ok(fields)
    }
}

/// The parts of CURP and clave de elector that have to agree. Their letters need not: they write Ñ
/// and signs differently.
fn contradiction(curp: &Curp, clave: &ClaveElector) -> Option<&'static str> {
    let sexes = [curp.sex(), clave.sex()];
    if curp.as_str()[4..10] != clave.birth().to_string() {
        Some("birth date")
    } else if sexes[0] != sexes[1] && !sexes.contains(&Sex::X) {
        Some("sex")
    } else if curp.birth_entidad() != clave.birth_entidad() {
        Some("birth entidad")
    } else {
        None
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
