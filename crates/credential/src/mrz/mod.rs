//! The machine-readable zone on the back: three lines of thirty, in INE's own layout.
//!
//! ```text
//! IDMEX1234567897<<0001234567890    CIC and its digit, OCR number
//! 8504179M3312315MEX<00<<12345<2    birth, sex, vigencia, emission, a folio, composite
//! PRUEBA<EJEMPLO<<ROBERTA<<<<<<<    surnames, given names
//! ```

mod build;
mod clean;

pub use build::MrzFields;

use crate::{
    numbers::{Cic, OcrNumber},
    sex::Sex,
    short_date::ShortDate,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A text that is no machine-readable zone of this credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MrzError {
    /// Not three lines of thirty characters.
    #[error("there are three lines of 30 characters")]
    Shape,
    /// A character that cannot stand in this line (1 to 3).
    #[error("line {0} has a character that cannot stand there")]
    Character(u8),
    /// It does not begin like this credential's.
    #[error("the first line begins with IDMEX")]
    Document,
    /// The CIC's digit is not the computed one.
    #[error("the check digit of the CIC is another one")]
    CicDigit,
    /// The birth date's digit is not the computed one, or there is no such day.
    #[error("the birth date or its check digit is wrong")]
    Birth,
    /// The vigencia's digit is not the computed one, or there is no such day.
    #[error("the vigencia or its check digit is wrong")]
    Expiry,
    /// The third line has no surname.
    #[error("the third line has no surname")]
    Name,
}

/// A zone whose three check digits of fields are right.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "[String; 3]", into = "[String; 3]")]
pub struct Mrz {
    lines: [String; 3],
    cic: Cic,
    ocr: OcrNumber,
    birth: ShortDate,
    sex: Option<Sex>,
    expiry: ShortDate,
}

impl Mrz {
    /// Reads three lines as they were typed or recognised.
    ///
    /// Forgives spaces, small letters, `«` for `<<`, a wrong number of fillers, and the
    /// prefixes that recognition makes of `IDMEX`.
    pub fn parse(lines: &[&str; 3]) -> Result<Self, MrzError> {
        let lines = clean::lines(lines)?;
        let [first, second, third] = &lines;
        let cic = Cic::parse(&first[5..14]).map_err(|_| MrzError::Character(1))?;
        let ocr = OcrNumber::parse(&first[17..30]).map_err(|_| MrzError::Character(1))?;
        if !checked(&first[5..15]) {
            return Err(MrzError::CicDigit);
        }
        if !checked(&second[0..7]) {
            return Err(MrzError::Birth);
        }
        if !checked(&second[8..15]) {
            return Err(MrzError::Expiry);
        }
        let birth = ShortDate::parse(&second[0..6]).ok_or(MrzError::Birth)?;
        let expiry = ShortDate::parse(&second[8..14])
            .filter(|day| day.in_century(2000).is_some())
            .ok_or(MrzError::Expiry)?;
        // INE writes Spanish letters: M is mujer. F is nobody's but a woman's either.
        let sex = match second.as_bytes()[7] {
            b'H' => Some(Sex::H),
            b'M' | b'F' => Some(Sex::M),
            b'X' | b'<' => None,
            _ => return Err(MrzError::Character(2)),
        };
        if third.starts_with('<') {
            return Err(MrzError::Name);
        }
        Ok(Self {
            cic,
            ocr,
            birth,
            sex,
            expiry,
            lines,
        })
    }

    /// Reads one text: three lines, or all of it in one piece.
    pub fn parse_text(text: &str) -> Result<Self, MrzError> {
        let [a, b, c] = clean::split(text)?;
        Self::parse(&[&a, &b, &c])
    }

    /// The zone of a synthetic card, with all its digits computed.
    pub fn build(fields: &MrzFields) -> Self {
        build::build(fields)
    }

    /// The three lines, of thirty characters each.
    pub fn lines(&self) -> &[String; 3] {
        &self.lines
    }

    /// The CIC.
    pub fn cic(&self) -> Cic {
        self.cic
    }

    /// The OCR number.
    pub fn ocr(&self) -> OcrNumber {
        self.ocr
    }

    /// The birth date, without a century.
    pub fn birth(&self) -> ShortDate {
        self.birth
    }

    /// The sex; `None` where the zone leaves it open.
    pub fn sex(&self) -> Option<Sex> {
        self.sex
    }

    /// The last day on which the credential is valid.
    pub fn expiry(&self) -> NaiveDate {
        self.expiry
            .in_century(2000)
            .expect("parse let in days of this century only")
    }

    /// The emission number, where it stands in its place.
    pub fn emission(&self) -> Option<u8> {
        self.lines[1][19..21].parse().ok()
    }

    /// Whether the composite digit is the computed one.
    ///
    /// Only a warning: readers in use leave it unchecked, so real cards may not hold to it.
    pub fn composite_holds(&self) -> bool {
        composite(&self.lines[0], &self.lines[1]) == self.lines[1].chars().last()
    }

    /// Surnames and given names, words apart by spaces. Long names are cut off.
    pub fn names(&self) -> (String, String) {
        let words = |part: &str| {
            let words: Vec<&str> = part.split('<').filter(|word| !word.is_empty()).collect();
            words.join(" ")
        };
        let (surnames, given) = self.lines[2]
            .split_once("<<")
            .unwrap_or((&self.lines[2], ""));
        (words(surnames), words(given))
    }

    /// Whether the name fills its line, so that its end may be missing.
    pub fn name_is_cut(&self) -> bool {
        !self.lines[2].ends_with('<')
    }
}

/// The digit that ICAO 9303 puts behind a field; `None` if a character has no value.
pub fn check_digit(field: &str) -> Option<char> {
    let mut sum = 0;
    for (place, c) in field.chars().enumerate() {
        let value = match c {
            '0'..='9' | 'A'..='Z' => c.to_digit(36)?,
            '<' => 0,
            _ => return None,
        };
        sum += value * [7, 3, 1][place % 3];
    }
    char::from_digit(sum % 10, 10)
}

/// Whether the last character is the digit of those before it.
fn checked(field_and_digit: &str) -> bool {
    let (field, digit) = field_and_digit.split_at(field_and_digit.len() - 1);
    check_digit(field) == digit.chars().last()
}

/// The digit over both lines, without the letters that are the same on every card.
fn composite(first: &str, second: &str) -> Option<char> {
    check_digit(&format!(
        "{}{}{}{}",
        &first[5..30],
        &second[0..7],
        &second[8..15],
        &second[18..29]
    ))
}

impl TryFrom<[String; 3]> for Mrz {
    type Error = MrzError;
    fn try_from(lines: [String; 3]) -> Result<Self, MrzError> {
        Self::parse(&[&lines[0], &lines[1], &lines[2]])
    }
}

impl From<Mrz> for [String; 3] {
    fn from(mrz: Mrz) -> [String; 3] {
        mrz.lines
    }
}

impl fmt::Display for Mrz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}

impl fmt::Debug for Mrz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mrz(****)")
    }
}

#[cfg(test)]
mod tests;
