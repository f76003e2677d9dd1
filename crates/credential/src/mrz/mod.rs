//! The MRZ (machine-readable zone) on the back: three lines of thirty characters, in INE's own
//! layout.
//!
//! ```text
//! IDMEX1234567897<<0001234567890    CIC and its digit, OCR number
//! 8504179M3312315MEX<00<<12345<2    birth, sex, vigencia, emission, a folio, composite
//! PRUEBA<EJEMPLO<<ROBERTA<<<<<<<    surnames, given names
//! ```

mod build;
mod clean;
mod mistaken;

pub use build::MrzFields;

use crate::{
    numbers::{Cic, OcrNumber},
    sex::Sex,
    short_date::ShortDate,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not the MRZ of this credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MrzError {
    /// Not three lines.
    #[error("there are three lines of 30 characters")]
    Shape,
    /// This line (1 to 3) has too few or too many characters.
    #[error("line {0} has characters too few or too many")]
    Length(u8),
    /// A character is not allowed in this line (1 to 3).
    #[error("line {0} has a character that cannot stand there")]
    Character(u8),
    /// It does not begin like the MRZ of this credential.
    #[error("the first line begins with IDMEX")]
    Document,
    /// The CIC's check digit is wrong.
    #[error("the check digit of the CIC is another one")]
    CicDigit,
    /// The birth date's check digit is wrong, or the day does not exist.
    #[error("the birth date or its check digit is wrong")]
    Birth,
    /// The vigencia's check digit is wrong, or the day does not exist.
    #[error("the vigencia or its check digit is wrong")]
    Expiry,
    /// The third line has no surname.
    #[error("the third line has no surname")]
    Name,
}

impl MrzError {
    /// The line (1 to 3) that a person should check; `None` if lines are missing.
    pub const fn line(self) -> Option<u8> {
        match self {
            MrzError::Shape => None,
            MrzError::Length(line) | MrzError::Character(line) => Some(line),
            MrzError::Document | MrzError::CicDigit => Some(1),
            MrzError::Birth | MrzError::Expiry => Some(2),
            MrzError::Name => Some(3),
        }
    }
}

/// An MRZ with correct check digits of its three fields.
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
    /// Parses three lines as they were typed or recognised.
    ///
    /// Allows spaces, lower case, `«` for `<<`, a wrong number of fillers, misread `IDMEX`, and
    /// letters typed for digits (`l`, `O`) if a check digit confirms the digit.
    pub fn parse(lines: &[&str; 3]) -> Result<Self, MrzError> {
        let mut lines = clean::lines(lines)?;
        mistaken::correct(&mut lines)?;
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
        // INE prints Spanish letters: M means mujer. F also means female.
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

    /// Parses one text, with or without line breaks.
    pub fn parse_text(text: &str) -> Result<Self, MrzError> {
        let [a, b, c] = clean::split(text)?;
        Self::parse(&[&a, &b, &c])
    }

    /// The MRZ of a synthetic card, with its check digits.
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

    /// The sex; `None` if the MRZ leaves it open.
    pub fn sex(&self) -> Option<Sex> {
        self.sex
    }

    /// The last day on which the credential is valid.
    pub fn expiry(&self) -> NaiveDate {
        self.expiry
            .in_century(2000)
            .expect("parse let in days of this century only")
    }

    /// The emission number, if it is at its usual position.
    pub fn emission(&self) -> Option<u8> {
        self.lines[1][19..21].parse().ok()
    }

    /// Whether the composite check digit is correct.
    ///
    /// Only a warning: readers in use do not check it, so it may be wrong on real cards.
    pub fn composite_holds(&self) -> bool {
        composite(&self.lines[0], &self.lines[1]) == self.lines[1].chars().last()
    }

    /// Surnames and given names, with spaces between words. Long names are cut.
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

/// The check digit of a field by ICAO 9303; `None` if a character has no value.
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

/// Whether the last character is the check digit of those before it.
fn checked(field_and_digit: &str) -> bool {
    let (field, digit) = field_and_digit.split_at(field_and_digit.len() - 1);
    check_digit(field) == digit.chars().last()
}

/// The composite check digit of the first two lines, without the letters that are the same on every
/// card.
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
