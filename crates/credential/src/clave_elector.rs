//! The clave de elector: eighteen characters, no published check digit.

use crate::{
    entidades::Entidad,
    names::{Enye, FullName, Signs, inner_consonant, key_letter, same_but_enye},
    sex::Sex,
    short_date::ShortDate,
    text_value::text_value,
    typed,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why a text is not a clave de elector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaveElectorError {
    /// Not eighteen characters.
    #[error("a clave de elector has 18 characters")]
    Length,
    /// A character is not allowed at this position (1 to 18).
    #[error("character {0} is not allowed there")]
    Character(u8),
    /// The birth date does not exist.
    #[error("there is no such birth date")]
    Date,
    /// The number is not one of an entidad.
    #[error("there is no such entidad")]
    Entidad,
}

/// A clave de elector of valid form. The rule for its last three digits is not public, so they
/// cannot be checked. Only the roll knows whether it exists.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClaveElector {
    text: String,
}

/// Numbers for people born abroad, instead of an entidad.
const ABROAD: [u8; 2] = [87, 88];

impl ClaveElector {
    /// Parses a clave as people type it: see [`typed::key`].
    pub fn parse(text: &str) -> Result<Self, ClaveElectorError> {
        let text = typed::key(text);
        if text.chars().count() != 18 {
            return Err(ClaveElectorError::Length);
        }
        for (place, c) in (1u8..).zip(text.chars()) {
            let fits = match place {
                1..=6 => c.is_ascii_uppercase(),
                15 => matches!(c, 'H' | 'M'),
                _ => c.is_ascii_digit(),
            };
            if !fits {
                return Err(ClaveElectorError::Character(place));
            }
        }
        let clave = Self { text };
        ShortDate::parse(&clave.text[6..12]).ok_or(ClaveElectorError::Date)?;
        let number = clave.entidad_number();
        if Entidad::from_number(number).is_err() && !ABROAD.contains(&number) {
            return Err(ClaveElectorError::Entidad);
        }
        Ok(clave)
    }

    /// The clave of a person with this name and birth; `last` are the last three digits, which only
    /// the authority assigns. `None` as entidad means born abroad.
    pub fn build(
        name: &FullName,
        birth: NaiveDate,
        entidad: Option<Entidad>,
        sex: Sex,
        last: u16,
    ) -> Result<Self, ClaveElectorError> {
        Self::parse(&format!(
            "{}{}{:02}{}{last:03}",
            name_letters(name, Enye::AsX, Signs::AsX),
            ShortDate::of(birth),
            entidad.map_or(ABROAD[0], Entidad::number),
            sex.letter(),
        ))
    }

    /// The eighteen characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The birth date, without a century.
    pub fn birth(&self) -> ShortDate {
        ShortDate::parse(&self.text[6..12]).expect("parse let in real days only")
    }

    /// The entidad of birth (not where the person votes); `None` for abroad.
    pub fn birth_entidad(&self) -> Option<Entidad> {
        Entidad::from_number(self.entidad_number()).ok()
    }

    /// The sex.
    pub fn sex(&self) -> Sex {
        Sex::from_letter(char::from(self.text.as_bytes()[14])).expect("parse let in H and M only")
    }

    /// Whether this name gives these letters, by either rule for Ñ and either for signs.
    pub fn fits_name(&self, name: &FullName) -> bool {
        Enye::BOTH
            .into_iter()
            .any(|enye| self.fits(name, enye, |own, name| own == name))
    }

    /// The same for a name whose Ñ may be written N, as in the MRZ.
    pub(crate) fn fits_name_without_enye(&self, name: &FullName) -> bool {
        self.fits(name, Enye::AsN, same_but_enye)
    }

    fn fits(&self, name: &FullName, enye: Enye, same: impl Fn(&str, &str) -> bool) -> bool {
        Signs::BOTH
            .into_iter()
            .any(|signs| same(&self.text[..6], &name_letters(name, enye, signs)))
    }

    fn entidad_number(&self) -> u8 {
        let digits = &self.text.as_bytes()[12..14];
        (digits[0] - b'0') * 10 + (digits[1] - b'0')
    }

    fn as_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }
}

text_value!(ClaveElector, ClaveElectorError);

/// The first letter and the first inner consonant of each part of the name.
fn name_letters(name: &FullName, enye: Enye, signs: Signs) -> String {
    [name.first_word(), name.second_word(), name.given_word()]
        .into_iter()
        .map(|word| signs.of(word))
        .flat_map(|word| [key_letter(&word, 0, enye), inner_consonant(&word, enye)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_examples_are_built_and_read_back() {
        let people = [
            (
                ("Roberta", "Prueba", "Ejemplo"),
                (1985, 4, 17),
                9,
                Sex::M,
                400,
                "PREJRB85041709M400",
            ),
            (
                ("José Antonio", "Ficticio", "Modelo"),
                (2001, 11, 30),
                11,
                Sex::H,
                700,
                "FCMDAN01113011H700",
            ),
            (
                ("Olga", "Campos", "Cortés"),
                (1977, 7, 7),
                14,
                Sex::M,
                300,
                "CMCROL77070714M300",
            ),
        ];
        for ((given, first, second), (y, m, d), entidad, sex, last, expected) in people {
            let name = FullName::new(given, first, second).unwrap();
            let birth = NaiveDate::from_ymd_opt(y, m, d).unwrap();
            let entidad = Entidad::from_number(entidad).ok();
            let clave = ClaveElector::build(&name, birth, entidad, sex, last).unwrap();
            assert_eq!(clave.as_str(), expected);
            assert_eq!(clave.birth(), ShortDate::of(birth));
            assert_eq!((clave.birth_entidad(), clave.sex()), (entidad, sex));
            assert!(clave.fits_name(&name));
            assert!(!clave.fits_name(&FullName::new("Otra", "Persona", "Distinta").unwrap()));
        }
    }

    #[test]
    fn a_published_example_is_of_the_right_form() {
        let clave = ClaveElector::parse("HRGRJN82050602H900").unwrap();
        assert_eq!(clave.birth_entidad().map(Entidad::number), Some(2));
        assert_eq!(format!("{clave:?}"), "ClaveElector(****)");
    }

    #[test]
    fn each_fault_has_its_own_error() {
        let faults = [
            ("PREJRB85041709M40", ClaveElectorError::Length),
            ("PREJR185041709M400", ClaveElectorError::Character(6)),
            ("PREJRB85041709F400", ClaveElectorError::Character(15)),
            ("PREJRB85041709M4A0", ClaveElectorError::Character(17)),
            ("PREJRB85023009M400", ClaveElectorError::Date),
            ("PREJRB85041733M400", ClaveElectorError::Entidad),
            ("PREJRB85041700M400", ClaveElectorError::Entidad),
        ];
        for (text, error) in faults {
            assert_eq!(ClaveElector::parse(text), Err(error), "{text}");
        }
        // Born abroad.
        let abroad = ClaveElector::parse("PREJRB85041787M400").unwrap();
        assert_eq!(abroad.birth_entidad(), None);
    }
}
