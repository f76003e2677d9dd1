//! The RFC of a person: ten characters from name and birth, a homoclave, a check digit.

use crate::{
    inconvenient,
    names::{FullName, Signs, given_word, inner_vowel, surname_word},
    short_date::ShortDate,
    text_value::text_value,
    typed,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why a text is not the RFC of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RfcError {
    /// Not thirteen characters.
    #[error("the RFC of a person has 13 characters")]
    Length,
    /// A character is not allowed at this position (1 to 13).
    #[error("character {0} is not allowed there")]
    Character(u8),
    /// The birth date does not exist.
    #[error("there is no such birth date")]
    Date,
    /// The last character is not the computed one.
    #[error("the check digit is another one")]
    CheckDigit,
}

/// An RFC of valid form.
///
/// Only the tax authority assigns a homoclave. A wrong check digit is an error; a homoclave that
/// differs from [`Rfc::from_name`] means little.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rfc {
    text: String,
}

const PARTICLES: [&str; 11] = [
    "DE", "LA", "LAS", "MC", "VON", "DEL", "LOS", "Y", "MAC", "VAN", "MI",
];
const HOMOCLAVE: &[u8; 34] = b"123456789ABCDEFGHIJKLMNPQRSTUVWXYZ";

impl Rfc {
    /// Parses an RFC as people type it: see [`typed::key`].
    pub fn parse(text: &str) -> Result<Self, RfcError> {
        let text = typed::key(text);
        if text.chars().count() != 13 {
            return Err(RfcError::Length);
        }
        for (place, c) in (1u8..).zip(text.chars()) {
            let fits = match place {
                1..=4 => c.is_ascii_uppercase() || matches!(c, 'Ñ' | '&'),
                5..=10 => c.is_ascii_digit(),
                11..=12 => c.is_ascii_uppercase() || c.is_ascii_digit(),
                _ => c.is_ascii_digit() || c == 'A',
            };
            if !fits {
                return Err(RfcError::Character(place));
            }
        }
        let rfc = Self { text };
        ShortDate::parse(&rfc.slice(4, 10)).ok_or(RfcError::Date)?;
        if Self::check_digit(&rfc.slice(0, 12)) != rfc.text.chars().last() {
            return Err(RfcError::CheckDigit);
        }
        Ok(rfc)
    }

    /// The RFC that this name and birth give, with the usual homoclave.
    pub fn from_name(name: &FullName, birth: NaiveDate) -> Self {
        let first_12 = format!(
            "{}{}{}",
            letters(name),
            ShortDate::of(birth),
            homoclave(&name.surnames_first())
        );
        let digit = Self::check_digit(&first_12).expect("built with twelve characters");
        Self {
            text: format!("{first_12}{digit}"),
        }
    }

    /// The check digit of the first twelve characters; `None` for any other number of them.
    pub fn check_digit(first_12: &str) -> Option<char> {
        if first_12.chars().count() != 12 {
            return None;
        }
        let mut sum = 0;
        for (place, c) in (0u32..).zip(first_12.chars()) {
            sum += check_value(c) * (13 - place);
        }
        match sum % 11 {
            0 => Some('0'),
            1 => Some('A'),
            rest => char::from_digit(11 - rest, 10),
        }
    }

    /// The thirteen characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The birth date, without a century.
    pub fn birth(&self) -> ShortDate {
        ShortDate::parse(&self.slice(4, 10)).expect("parse let in real days only")
    }

    /// The two characters that distinguish homonyms.
    pub fn homoclave(&self) -> String {
        self.slice(10, 12)
    }

    /// Whether this name and birth give its first ten characters.
    pub fn fits(&self, name: &FullName, birth: NaiveDate) -> bool {
        self.slice(0, 10) == format!("{}{}", letters(name), ShortDate::of(birth))
    }

    // By characters, because Ñ has two bytes.
    fn slice(&self, from: usize, to: usize) -> String {
        self.text.chars().skip(from).take(to - from).collect()
    }

    fn as_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }
}

text_value!(Rfc, RfcError);

/// The four letters of the name.
fn letters(name: &FullName) -> String {
    let first = surname_word(name.first(), &PARTICLES);
    let second = surname_word(name.second(), &PARTICLES);
    let given = given_word(name.given(), &PARTICLES);
    let initial = |word: &str| word.chars().find(|c| c.is_alphabetic());
    let beginning =
        |word: &str| -> String { word.chars().filter(|c| c.is_alphabetic()).take(2).collect() };
    let mut letters = String::new();
    if second.is_empty() {
        letters.push_str(&beginning(first));
        letters.push_str(&beginning(given));
    } else if first.chars().count() <= 2 {
        letters.extend(initial(first));
        letters.extend(initial(second));
        letters.push_str(&beginning(given));
    } else {
        letters.extend(initial(first));
        letters.push(inner_vowel(&Signs::Out.of(first)));
        letters.extend(initial(second));
        letters.extend(initial(given));
    }
    // A name of one letter is padded.
    while letters.chars().count() < 4 {
        letters.push('X');
    }
    if inconvenient::in_rfc(&letters) {
        letters.pop();
        letters.push('X');
    }
    letters
}

fn homoclave(full_name: &str) -> String {
    let digits: Vec<u32> = std::iter::once(0)
        .chain(full_name.chars().flat_map(|c| {
            let value = name_value(c);
            [value / 10, value % 10]
        }))
        .collect();
    let sum: u32 = digits
        .windows(2)
        .map(|pair| (pair[0] * 10 + pair[1]) * pair[1])
        .sum();
    let rest = usize::try_from(sum % 1000).expect("below a thousand");
    [rest / 34, rest % 34]
        .into_iter()
        .map(|place| char::from(HOMOCLAVE[place]))
        .collect()
}

/// The value of a character in the sum of the homoclave; 0 for other characters.
fn name_value(c: char) -> u32 {
    match c {
        '1'..='9' => u32::from(c) - u32::from('0'),
        '&' => 10,
        'A'..='I' => 11 + u32::from(c) - u32::from('A'),
        'J'..='R' => 21 + u32::from(c) - u32::from('J'),
        'S'..='Z' => 32 + u32::from(c) - u32::from('S'),
        'Ñ' => 40,
        _ => 0,
    }
}

/// The value of a character in the sum of the check digit.
fn check_value(c: char) -> u32 {
    match c {
        '0'..='9' => u32::from(c) - u32::from('0'),
        'A'..='N' => 10 + u32::from(c) - u32::from('A'),
        '&' => 24,
        'O'..='Z' => 25 + u32::from(c) - u32::from('O'),
        ' ' => 37,
        'Ñ' => 38,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_name(given: &str, first: &str, second: &str, (y, m, d): (i32, u32, u32)) -> String {
        let name = FullName::new(given, first, second).unwrap();
        Rfc::from_name(&name, NaiveDate::from_ymd_opt(y, m, d).unwrap()).to_string()
    }

    #[test]
    fn the_official_example_and_the_worked_ones() {
        assert_eq!(
            from_name("Emma", "Gómez", "Díaz", (1956, 12, 31)),
            "GODE561231GR8"
        );
        assert_eq!(
            from_name("Roberta", "Prueba", "Ejemplo", (1985, 4, 17)),
            "PUER850417112"
        );
        assert_eq!(
            from_name("José Antonio", "Ficticio", "Modelo", (2001, 11, 30)),
            "FIMA011130FR1"
        );
        assert_eq!(
            from_name("Olga", "Campos", "Cortés", (1977, 7, 7)),
            "CACX770707UE9"
        );
    }

    #[test]
    fn names_out_of_the_ordinary() {
        let letters = |given, first, second| {
            from_name(given, first, second, (1960, 1, 1))
                .chars()
                .take(4)
                .collect::<String>()
        };
        assert_eq!(letters("Ernesto", "Ek", "Rivera"), "ERER");
        assert_eq!(letters("Juan", "Martínez", ""), "MAJU");
        assert_eq!(letters("María Luisa", "de la Peña", "Chávez"), "PECL");
        assert_eq!(letters("Ñico", "Ñáñez", "Llanos"), "ÑALÑ");
    }

    #[test]
    fn known_check_digits_hold() {
        for known in [
            "GODE561231GR8",
            "ZATJ870805CK6",
            "OOGE520711151",
            "AECS211112JPA",
            "NAVG560329621",
        ] {
            assert_eq!(Rfc::parse(known).unwrap().as_str(), known);
        }
        let enye = from_name("Ñico", "Ñáñez", "Llanos", (1960, 1, 1));
        assert_eq!(Rfc::parse(&enye).unwrap().to_string(), enye);
    }

    #[test]
    fn each_fault_has_its_own_error() {
        let faults = [
            ("GODE561231GR7", RfcError::CheckDigit),
            ("GODE561231GR", RfcError::Length),
            ("GOD1561231GR8", RfcError::Character(4)),
            ("GODE561331GR8", RfcError::Date),
            ("GODE561231GRB", RfcError::Character(13)),
        ];
        for (text, error) in faults {
            assert_eq!(Rfc::parse(text), Err(error), "{text}");
        }
        let rfc = Rfc::parse("gode-561231-gr8").unwrap();
        assert_eq!(format!("{rfc:?}"), "Rfc(****)");
        let name = FullName::new("Emma", "Gómez", "Díaz").unwrap();
        assert!(rfc.fits(&name, NaiveDate::from_ymd_opt(1956, 12, 31).unwrap()));
    }
}
