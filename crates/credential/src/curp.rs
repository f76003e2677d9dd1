//! The CURP: eighteen characters with a person's initials, birth and a check digit.

use crate::{
    entidades::Entidad,
    inconvenient,
    names::{Enye, FullName, Signs, inner_consonant, inner_vowel, key_letter, same_but_enye},
    sex::Sex,
    short_date::ShortDate,
    text_value::text_value,
    typed,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why a text is not a CURP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CurpError {
    /// Not eighteen characters.
    #[error("a CURP has 18 characters")]
    Length,
    /// A character is not allowed at this position (1 to 18).
    #[error("character {0} is not allowed there")]
    Character(u8),
    /// The birth date does not exist.
    #[error("there is no such birth date")]
    Date,
    /// The letters are not those of an entidad.
    #[error("there is no such entidad")]
    Entidad,
    /// Character 17 is for another century than the birth date (only when building one).
    #[error("the homonym character is of another century")]
    Century,
    /// The last digit is not the computed one.
    #[error("the check digit is another one")]
    CheckDigit,
}

/// A CURP of valid form. Only the population register knows whether it exists.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Curp {
    text: String,
    birth: NaiveDate,
}

/// The index of a character is its value in the check digit.
const VALUES: &str = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";

impl Curp {
    /// Parses a CURP as people type it: see [`typed::key`].
    pub fn parse(text: &str) -> Result<Self, CurpError> {
        let text = typed::key(text);
        if text.chars().count() != 18 {
            return Err(CurpError::Length);
        }
        for (place, c) in (1u8..).zip(text.chars()) {
            let fits = match place {
                2 => matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'X'),
                1 | 3 | 4 | 12 | 13 => c.is_ascii_uppercase(),
                11 => Sex::from_letter(c).is_some(),
                14..=16 => c.is_ascii_uppercase() && !matches!(c, 'A' | 'E' | 'I' | 'O' | 'U'),
                17 => c.is_ascii_uppercase() || c.is_ascii_digit(),
                _ => c.is_ascii_digit(),
            };
            if !fits {
                return Err(CurpError::Character(place));
            }
        }
        let century = if text.as_bytes()[16].is_ascii_digit() {
            1900
        } else {
            2000
        };
        let birth = ShortDate::parse(&text[4..10])
            .and_then(|short| short.in_century(century))
            .ok_or(CurpError::Date)?;
        let letters = &text[11..13];
        if letters != "NE" && Entidad::from_curp_letters(letters).is_none() {
            return Err(CurpError::Entidad);
        }
        if Self::check_digit(&text[..17]) != text.chars().last() {
            return Err(CurpError::CheckDigit);
        }
        Ok(Self { text, birth })
    }

    /// The check digit of the first seventeen characters; `None` for anything else.
    pub fn check_digit(first_17: &str) -> Option<char> {
        if first_17.chars().count() != 17 {
            return None;
        }
        let mut sum = 0;
        for (place, c) in (0u32..).zip(first_17.chars()) {
            let value = VALUES.chars().position(|known| known == c)?;
            sum += u32::try_from(value).ok()? * (18 - place);
        }
        char::from_digit((10 - sum % 10) % 10, 10)
    }

    /// The CURP of a person with this name and birth; `None` as entidad means born abroad.
    /// `homonym` distinguishes people with the same letters: a digit for those born before 2000, a
    /// letter for those born later.
    pub fn build(
        name: &FullName,
        birth: NaiveDate,
        sex: Sex,
        entidad: Option<Entidad>,
        homonym: char,
    ) -> Result<Self, CurpError> {
        let head = head_letters(name, Enye::AsX, Signs::AsX);
        let tail = tail_letters(name, Enye::AsX, Signs::AsX);
        let first_17 = format!(
            "{head}{}{}{}{tail}{homonym}",
            ShortDate::of(birth),
            sex.letter(),
            entidad.map_or("NE", Entidad::curp_letters),
        );
        let digit = Self::check_digit(&first_17).ok_or(CurpError::Character(17))?;
        let curp = Self::parse(&format!("{first_17}{digit}"))?;
        if curp.birth == birth {
            Ok(curp)
        } else {
            Err(CurpError::Century)
        }
    }

    /// The eighteen characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The birth date; character 17 determines the century.
    pub fn birth(&self) -> NaiveDate {
        self.birth
    }

    /// The sex.
    pub fn sex(&self) -> Sex {
        Sex::from_letter(char::from(self.text.as_bytes()[10]))
            .expect("parse let in H, M and X only")
    }

    /// The entidad of birth (not where the person votes); `None` for abroad.
    pub fn birth_entidad(&self) -> Option<Entidad> {
        Entidad::from_curp_letters(&self.text[11..13])
    }

    /// Whether it has an inconvenient word that should have been replaced. Old CURPs do, so it is
    /// not an error.
    pub fn has_unreplaced_word(&self) -> bool {
        inconvenient::in_curp(&self.text[..4])
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

    /// Compares head and tail, each by either rule for signs: CURPs that mix them are in use.
    fn fits(&self, name: &FullName, enye: Enye, same: impl Fn(&str, &str) -> bool) -> bool {
        let (own_head, own_tail) = (&self.text[..4], &self.text[13..16]);
        let heads = Signs::BOTH.map(|signs| head_letters(name, enye, signs));
        let tails = Signs::BOTH.map(|signs| tail_letters(name, enye, signs));
        // The second letter may have been replaced or not: both CURPs are in use.
        let same_head = |head: &String| {
            same(own_head, head) || (self.has_unreplaced_word() && same(&replaced(own_head), head))
        };
        heads.iter().any(same_head) && tails.iter().any(|tail| same(own_tail, tail))
    }

    fn as_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }
}

text_value!(Curp, CurpError);

/// Characters 1 to 4 for this name.
fn head_letters(name: &FullName, enye: Enye, signs: Signs) -> String {
    let words = [name.first_word(), name.second_word(), name.given_word()];
    let [first, second, given] = words.map(|word| signs.of(word));
    let head: String = [
        key_letter(&first, 0, enye),
        inner_vowel(&first),
        key_letter(&second, 0, enye),
        key_letter(&given, 0, enye),
    ]
    .iter()
    .collect();
    if inconvenient::in_curp(&head) {
        replaced(&head)
    } else {
        head
    }
}

/// Characters 14 to 16 for this name.
fn tail_letters(name: &FullName, enye: Enye, signs: Signs) -> String {
    [name.first_word(), name.second_word(), name.given_word()]
        .map(|word| inner_consonant(&signs.of(word), enye))
        .iter()
        .collect()
}

fn replaced(head: &str) -> String {
    format!("{}X{}", &head[..1], &head[2..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    /// Name, birth, sex, entidad, homonym, and the CURP that they give.
    #[test]
    fn the_worked_examples_are_built_and_read_back() {
        let people = [
            (
                ("Roberta", "Prueba", "Ejemplo"),
                day(1985, 4, 17),
                Sex::M,
                9,
                '0',
                "PUER850417MDFRJB01",
            ),
            (
                ("José Antonio", "Ficticio", "Modelo"),
                day(2001, 11, 30),
                Sex::H,
                11,
                'A',
                "FIMA011130HGTCDNA7",
            ),
            (
                ("Olga", "Campos", "Cortés"),
                day(1977, 7, 7),
                Sex::M,
                14,
                '0',
                "CXCO770707MJCMRL04",
            ),
        ];
        for ((given, first, second), birth, sex, entidad, homonym, expected) in people {
            let name = FullName::new(given, first, second).unwrap();
            let entidad = Entidad::from_number(entidad).ok();
            let curp = Curp::build(&name, birth, sex, entidad, homonym).unwrap();
            assert_eq!(curp.as_str(), expected);
            assert_eq!(
                (curp.birth(), curp.sex(), curp.birth_entidad()),
                (birth, sex, entidad)
            );
            assert!(curp.fits_name(&name) && !curp.has_unreplaced_word());
            assert_eq!(Curp::parse(&expected.to_lowercase()), Ok(curp));
        }
    }

    #[test]
    fn the_official_example_gives_its_digit() {
        assert_eq!(Curp::check_digit("SABC560626MDFLRN0"), Some('1'));
        // Ñ (24) for A (10) at weight 17 adds 238 to the sum of 1979.
        assert_eq!(Curp::check_digit("SÑBC560626MDFLRN0"), Some('3'));
        assert_eq!(Curp::check_digit("SABC560626MDFLRN"), None);
    }

    #[test]
    fn each_fault_has_its_own_error() {
        let faults = [
            ("PUER850417MDFRJB02", CurpError::CheckDigit),
            ("PUER850230MDFRJB00", CurpError::Date),
            ("PUER850417MDFRJB0", CurpError::Length),
            ("PUER850417MDFRJB011", CurpError::Length),
            ("PBER850417MDFRJB01", CurpError::Character(2)),
            ("ÑUER850417MDFRJB01", CurpError::Character(1)),
            ("PUER850417FDFRJB01", CurpError::Character(11)),
            ("PUER850417MDFAJB01", CurpError::Character(14)),
            ("PUER850417MDFRJB0A", CurpError::Character(18)),
            ("PUER850417MZZRJB01", CurpError::Entidad),
            // 29 February 1900 did not exist.
            ("PUER000229MDFRJB00", CurpError::Date),
        ];
        for (text, error) in faults {
            assert_eq!(Curp::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn an_unreplaced_word_is_only_a_warning() {
        let digit = Curp::check_digit("CACO770707MJCMRL0").unwrap();
        let curp = Curp::parse(&format!("CACO770707MJCMRL0{digit}")).unwrap();
        assert!(curp.has_unreplaced_word());
        assert!(curp.fits_name(&FullName::new("Olga", "Campos", "Cortés").unwrap()));
    }

    #[test]
    fn enye_fits_as_x_and_as_n() {
        let name = FullName::new("Iñaki", "Ñáñez", "Peña").unwrap();
        let built = Curp::build(&name, day(1980, 1, 2), Sex::H, None, '0').unwrap();
        assert!(built.as_str().starts_with("XAPI800102HNEXXX0"));
        let digit = Curp::check_digit("NAPI800102HNENXX0").unwrap();
        let mixed = Curp::parse(&format!("NAPI800102HNENXX0{digit}")).unwrap();
        assert!(built.fits_name(&name) && !mixed.fits_name(&name));
        let digit = Curp::check_digit("NAPI800102HNENNN0").unwrap();
        let as_n = Curp::parse(&format!("NAPI800102HNENNN0{digit}")).unwrap();
        assert!(as_n.fits_name(&name));
    }

    #[test]
    fn the_homonym_character_tells_the_century() {
        let name = FullName::new("Roberta", "Prueba", "Ejemplo").unwrap();
        let build = |birth, homonym| Curp::build(&name, birth, Sex::M, None, homonym);
        assert_eq!(build(day(1985, 4, 17), 'A'), Err(CurpError::Century));
        assert_eq!(build(day(2005, 4, 17), '0'), Err(CurpError::Century));
        assert!(build(day(2004, 2, 29), 'A').is_ok());
        assert_eq!(build(day(1985, 4, 17), 'ñ'), Err(CurpError::Character(17)));
    }

    #[test]
    fn it_is_masked_in_a_log_and_text_on_the_wire() {
        let curp = Curp::parse("PUER850417MDFRJB01").unwrap();
        assert_eq!(format!("{curp:?}"), "Curp(****)");
        let json = serde_json::to_string(&curp).unwrap();
        assert_eq!(json, "\"PUER850417MDFRJB01\"");
        assert_eq!(serde_json::from_str::<Curp>(&json).unwrap(), curp);
        assert!(serde_json::from_str::<Curp>("\"PUER850417MDFRJB02\"").is_err());
    }
}
