//! Builds the MRZ of a synthetic card, with its check digits.

use super::{Mrz, check_digit, composite};
use crate::{
    names::FullName,
    numbers::{Cic, OcrNumber},
    sex::Sex,
    short_date::ShortDate,
};
use chrono::NaiveDate;

/// The fields of an MRZ.
#[derive(Debug, Clone)]
pub struct MrzFields {
    /// The CIC.
    pub cic: Cic,
    /// The OCR number.
    pub ocr: OcrNumber,
    /// The birth date.
    pub birth: NaiveDate,
    /// The sex.
    pub sex: Sex,
    /// The last day of the vigencia.
    pub expiry: NaiveDate,
    /// The emission number; two digits are printed.
    pub emission: u8,
    /// The number after it, of unknown meaning; five digits are printed.
    pub folio: u32,
    /// The name.
    pub name: FullName,
}

pub(super) fn build(fields: &MrzFields) -> Mrz {
    let digit = |field: &str| check_digit(field).expect("digits and capitals only");
    let cic = fields.cic.as_str();
    let first = format!("IDMEX{cic}{}<<{}", digit(cic), fields.ocr);
    let (birth, expiry) = (ShortDate::of(fields.birth), ShortDate::of(fields.expiry));
    let mut second = format!(
        "{birth}{}{}{expiry}{}MEX<{:02}<<{:05}<",
        digit(&birth.to_string()),
        fields.sex.letter(),
        digit(&expiry.to_string()),
        fields.emission % 100,
        fields.folio % 100_000,
    );
    second.push(composite(&first, &second).expect("digits and capitals only"));
    let third = name_line(&fields.name);
    Mrz::parse(&[&first, &second, &third]).expect("every field was built by its own rule")
}

/// Surnames and given names with fillers, cut at thirty characters.
fn name_line(name: &FullName) -> String {
    let words = |part: &str| -> String {
        part.chars()
            .filter_map(|c| match c {
                ' ' | '-' | '/' => Some('<'),
                'Ñ' => Some('N'),
                'A'..='Z' => Some(c),
                _ => None,
            })
            .collect()
    };
    let mut line = words(name.first());
    if !name.second().is_empty() {
        line.push('<');
        line.push_str(&words(name.second()));
    }
    line.push_str("<<");
    line.push_str(&words(name.given()));
    line.truncate(30);
    line
}
