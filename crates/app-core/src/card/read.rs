//! Joins the readings of the QR and the MRZ with the typed fields.

use crate::{
    code::Problem,
    store::{
        draft::{Draft, Typed},
        phone::Phone,
    },
    views::{FieldName, FieldSource, ReadField},
};
use chrono::NaiveDate;
use credential::{
    ClaveElector, Curp, FullName, Mrz, Seccion, StructuredQr,
    mrz::MrzError,
    qr::PublicQr,
    reading::{FindingCode, Name, Reading, Sources},
    typed,
};
use protocol::{code::Code, sensitive::Sensitive};

/// The fields that were read, and the findings where their sources disagree.
#[derive(Default)]
pub(crate) struct Read {
    pub fields: Vec<ReadField>,
    pub findings: Vec<FindingCode>,
}

/// Joins the QR, the MRZ, the typed fields, and the citizen's entidad and sección.
pub(crate) fn read(draft: &Draft, phone: &Phone, today: NaiveDate) -> Read {
    let Some(qr) = draft
        .qr
        .as_ref()
        .and_then(|text| StructuredQr::parse(text.expose()).ok())
    else {
        return Read::default();
    };
    // Typed fields were parsed before they were stored.
    let typed = &draft.typed;
    let text = |value: &Option<Sensitive<String>>| value.as_ref().map(|v| v.expose().clone());
    let sources = Sources {
        model: draft.model,
        qr: Some(PublicQr::Found(qr)),
        mrz: text(&draft.mrz().cloned()).and_then(|mrz| Mrz::parse_text(&mrz).ok()),
        curp: text(&typed.curp).and_then(|curp| Curp::parse(&curp).ok()),
        clave_elector: text(&typed.clave_elector)
            .and_then(|clave| ClaveElector::parse(&clave).ok()),
        name: text(&typed.name).map(Name),
        entidad: phone.entidad,
        seccion: phone
            .seccion
            .and_then(|seccion| Seccion::from_number(seccion).ok()),
    };
    let (reading, findings) = Reading::join(&sources, today);
    let mut codes: Vec<FindingCode> = findings.into_iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    Read {
        fields: fields(&reading, &sources),
        findings: codes,
    }
}

/// The fields of the reading, each with the source of its value.
fn fields(reading: &Reading, sources: &Sources) -> Vec<ReadField> {
    use FieldSource::{Mrz as FromMrz, Qr, Typed as FromTyped};
    let typed_or_mrz = |typed: bool| if typed { FromTyped } else { FromMrz };
    let day = |day: &NaiveDate| day.format("%Y-%m-%d").to_string();
    let qr = reading.qr.as_ref();
    let dated =
        sources.curp.is_some() || (sources.mrz.is_none() && sources.clave_elector.is_some());
    let sexed = sources.curp.is_some() || sources.clave_elector.is_some();
    let all = [
        (
            FieldName::Cic,
            reading.cic.as_ref().map(|cic| cic.as_str().to_owned()),
            Qr,
        ),
        (
            FieldName::Identificador,
            qr.map(|qr| qr.identificador.as_str().to_owned()),
            Qr,
        ),
        (
            FieldName::Seccion,
            reading.seccion.map(|seccion| seccion.to_string()),
            Qr,
        ),
        (
            FieldName::Emision,
            qr.map(|qr| format!("{:02}", qr.emision)),
            Qr,
        ),
        (FieldName::Issued, qr.map(|qr| day(&qr.issued)), Qr),
        (
            FieldName::Curp,
            reading.curp.as_ref().map(|curp| curp.as_str().to_owned()),
            FromTyped,
        ),
        (
            FieldName::ClaveElector,
            reading
                .clave_elector
                .as_ref()
                .map(|clave| clave.as_str().to_owned()),
            FromTyped,
        ),
        (
            FieldName::Name,
            reading.name.as_ref().map(|name| name.0.clone()),
            typed_or_mrz(sources.name.is_some()),
        ),
        (
            FieldName::Birth,
            reading.birth.as_ref().map(day),
            typed_or_mrz(dated),
        ),
        (
            FieldName::Sex,
            reading.sex.map(|sex| sex.letter().to_string()),
            typed_or_mrz(sexed),
        ),
        (
            FieldName::Vigencia,
            reading.expiry.as_ref().map(day),
            FromMrz,
        ),
    ];
    all.into_iter()
        .filter_map(|(name, value, source)| {
            Some(ReadField {
                name,
                value: value?.into(),
                source,
            })
        })
        .collect()
}

/// The typed fields in canonical form; empty ones are left out. The problem names the first
/// field that is not valid.
pub(crate) fn check_typed(typed: Typed) -> Result<Typed, Problem> {
    fn field(
        value: Option<Sensitive<String>>,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<String>,
    ) -> Result<Option<Sensitive<String>>, Problem> {
        let Some(value) = value else { return Ok(None) };
        let text = value.expose().trim();
        // A field that has only invisible characters looks empty.
        if typed::line(text).is_empty() {
            return Ok(None);
        }
        match parse(text) {
            Some(clean) => Ok(Some(clean.into())),
            None => Err(Problem::in_field(Code::FieldInvalid, name)),
        }
    }
    Ok(Typed {
        mrz: match Mrz::parse_text(typed.mrz.as_ref().map_or("", |mrz| mrz.expose())) {
            _ if !given(&typed.mrz) => None,
            Ok(mrz) => Some(mrz.lines().join("\n").into()),
            Err(error) => return Err(wrong_mrz(error)),
        },
        curp: field(typed.curp, "curp", |text| {
            let curp = typed::within(text, KEY_WORDS, Curp::parse).ok()?;
            Some(curp.as_str().to_owned())
        })?,
        clave_elector: field(typed.clave_elector, "clave_elector", |text| {
            let clave = typed::within(text, KEY_WORDS, ClaveElector::parse).ok()?;
            Some(clave.as_str().to_owned())
        })?,
        name: field(typed.name, "name", |text| {
            FullName::readings_of(text).ok()?;
            Some(typed::line(text))
        })?,
    })
}

/// Groups in which people write the eighteen characters of a key.
const KEY_WORDS: usize = 6;

fn given(value: &Option<Sensitive<String>>) -> bool {
    value
        .as_ref()
        .is_some_and(|text| !typed::line(text.expose()).is_empty())
}

/// Names the line to look at again: `mrz.2`.
fn wrong_mrz(error: MrzError) -> Problem {
    let field = match error.line() {
        Some(1) => "mrz.1",
        Some(2) => "mrz.2",
        Some(3) => "mrz.3",
        _ => "mrz",
    };
    Problem::in_field(Code::FieldInvalid, field)
}

/// The lines of the MRZ, if they were typed or read from the picture.
pub(crate) fn mrz_lines(draft: &Draft) -> Result<Option<Sensitive<[String; 3]>>, Problem> {
    let Some(text) = draft.mrz() else {
        return Ok(None);
    };
    let mrz =
        Mrz::parse_text(text.expose()).map_err(|_| Problem::in_field(Code::FieldInvalid, "mrz"))?;
    Ok(Some(Sensitive::new(mrz.lines().clone())))
}
