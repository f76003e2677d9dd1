//! A person's name, and its words and letters in CURP, clave de elector and RFC.

use crate::typed;
use icu_normalizer::DecomposingNormalizerBorrowed;
use std::{borrow::Cow, fmt};

/// Why a text is not a name on a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The given name or both surnames are missing.
    #[error("a name and a surname are needed")]
    Missing,
    /// More letters than fit on a credential.
    #[error("too long")]
    TooLong,
    /// A character that names do not have.
    #[error("a sign that no name contains")]
    Character,
}

/// How a key (CURP, clave de elector) writes the letter Ñ. The published rule says X, but programs in
/// use write N. A comparison of a name with a key accepts both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enye {
    /// Ñ is written X.
    AsX,
    /// Ñ is written N.
    AsN,
}

impl Enye {
    /// Both rules, the published one first.
    pub const BOTH: [Enye; 2] = [Enye::AsX, Enye::AsN];
}

/// How a key treats a sign within a name, as in D'AMICO. The published rule writes X where the letter
/// would come from the sign (DXAJ); registers also leave the sign out (DAAJ).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signs {
    /// A sign is written X.
    AsX,
    /// A sign is left out.
    Out,
}

impl Signs {
    /// Both rules, the published one first.
    pub(crate) const BOTH: [Signs; 2] = [Signs::AsX, Signs::Out];

    /// The word by this rule.
    pub(crate) fn of(self, word: &str) -> Cow<'_, str> {
        match self {
            Signs::AsX => Cow::Borrowed(word),
            Signs::Out if word.chars().all(char::is_alphabetic) => Cow::Borrowed(word),
            Signs::Out => Cow::Owned(word.chars().filter(|c| c.is_alphabetic()).collect()),
        }
    }
}

/// Longest name in letters: credentials print up to 50 letters for each part.
const LONGEST: usize = 150;

/// Words of a name that keys skip.
const PARTICLES: [&str; 19] = [
    "DA", "DAS", "DE", "DEL", "DER", "DI", "DIE", "DD", "EL", "LA", "LOS", "LAS", "LE", "LES",
    "MAC", "MC", "VAN", "VON", "Y",
];

/// Given names that are so frequent that keys use the next one, if there is one.
const SKIPPED_GIVEN: [&str; 5] = ["MARIA", "MA", "JOSE", "J", "M"];

/// A name as keys use it: upper case, no accents except Ñ, single spaces.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FullName {
    given: String,
    first: String,
    second: String,
}

impl FullName {
    /// Accepts a name in any case and with its accents. A single surname becomes the first one,
    /// whichever field it is in.
    pub fn new(given: &str, first: &str, second: &str) -> Result<Self, NameError> {
        let (given, mut first, mut second) = (plain(given)?, plain(first)?, plain(second)?);
        if first.is_empty() {
            std::mem::swap(&mut first, &mut second);
        }
        if given.is_empty() || first.is_empty() {
            return Err(NameError::Missing);
        }
        Ok(Self {
            given,
            first,
            second,
        })
    }

    /// Given names.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// First surname.
    pub fn first(&self) -> &str {
        &self.first
    }

    /// Second surname; empty if there is none.
    pub fn second(&self) -> &str {
        &self.second
    }

    /// Surnames first, as in lists and for the RFC.
    pub fn surnames_first(&self) -> String {
        join(&[&self.first, &self.second, &self.given])
    }

    /// Given names first, as in speech.
    pub fn given_first(&self) -> String {
        join(&[&self.given, &self.first, &self.second])
    }

    /// Every way to read one line of text as a name. The line does not tell where a part ends, nor
    /// whether surnames come first.
    pub fn readings_of(line: &str) -> Result<Vec<FullName>, NameError> {
        let line = plain(line)?;
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        // No name has more words, and the number of readings grows with their square.
        if words.len() > 16 {
            return Err(NameError::TooLong);
        }
        if words.len() < 2 {
            return Err(NameError::Missing);
        }
        let mut readings = Vec::new();
        for one in 1..words.len() {
            for two in one + 1..=words.len() {
                let parts = [
                    words[..one].join(" "),
                    words[one..two].join(" "),
                    words[two..].join(" "),
                ];
                let [a, b, c] = &parts;
                if c.is_empty() {
                    readings.push(Self::new(b, a, "")?);
                    readings.push(Self::new(a, b, "")?);
                } else {
                    readings.push(Self::new(c, a, b)?);
                    readings.push(Self::new(a, b, c)?);
                }
            }
        }
        Ok(readings)
    }

    pub(crate) fn first_word(&self) -> &str {
        surname_word(&self.first, &PARTICLES)
    }

    pub(crate) fn second_word(&self) -> &str {
        surname_word(&self.second, &PARTICLES)
    }

    pub(crate) fn given_word(&self) -> &str {
        given_word(&self.given, &PARTICLES)
    }
}

/// The word of a surname that counts: the first that is not a particle.
pub(crate) fn surname_word<'a>(surname: &'a str, particles: &[&str]) -> &'a str {
    words(surname)
        .find(|word| !particles.contains(word))
        .or_else(|| words(surname).next())
        .unwrap_or("")
}

/// The given name that counts: the first, or the next one after María or José.
pub(crate) fn given_word<'a>(given: &'a str, particles: &[&str]) -> &'a str {
    let mut counting = words(given).filter(|word| !particles.contains(word));
    let Some(first) = counting.next() else {
        return words(given).next().unwrap_or("");
    };
    if SKIPPED_GIVEN.contains(&first.replace('.', "").as_str()) {
        counting.next().unwrap_or(first)
    } else {
        first
    }
}

/// The letter of a key for the character at `place` of a word; X if there is none.
pub(crate) fn key_letter(word: &str, place: usize, enye: Enye) -> char {
    word.chars().nth(place).map_or('X', |c| as_key(c, enye))
}

/// The first vowel after the first letter; X if there is none, or if a sign comes before it.
pub(crate) fn inner_vowel(word: &str) -> char {
    word.chars()
        .skip(1)
        .find(|c| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U') || !c.is_alphabetic())
        .filter(|c| c.is_alphabetic())
        .unwrap_or('X')
}

/// The first consonant after the first letter; X if there is none.
pub(crate) fn inner_consonant(word: &str, enye: Enye) -> char {
    word.chars()
        .skip(1)
        .map(|c| as_key(c, enye))
        .find(|c| !matches!(c, 'A' | 'E' | 'I' | 'O' | 'U'))
        .unwrap_or('X')
}

/// Whether a key has the letters of a name. An N of the name may be an Ñ, which the key writes X.
pub(crate) fn same_but_enye(key: &str, expected: &str) -> bool {
    key.len() == expected.len()
        && key
            .chars()
            .zip(expected.chars())
            .all(|(own, name)| own == name || (own == 'X' && name == 'N'))
}

fn as_key(c: char, enye: Enye) -> char {
    match (c, enye) {
        ('A'..='Z', _) => c,
        ('Ñ', Enye::AsN) => 'N',
        _ => 'X',
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ')
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| !word.is_empty())
}

fn join(parts: &[&str]) -> String {
    let filled: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    filled.join(" ")
}

/// Upper case without accents, except Ñ.
fn plain(text: &str) -> Result<String, NameError> {
    if text.len() > 4 * LONGEST {
        return Err(NameError::TooLong);
    }
    let typed = typed::line(text).to_uppercase();
    let mut out = String::with_capacity(typed.len());
    for c in DecomposingNormalizerBorrowed::new_nfkd()
        .normalize(&typed)
        .chars()
    {
        match c {
            'A'..='Z' | '0'..='9' | '\'' | '-' | '.' | '/' => out.push(c),
            // The tilde makes an N into an Ñ; other combining marks are dropped.
            '\u{303}' if out.ends_with('N') => {
                out.pop();
                out.push('Ñ');
            }
            '\u{300}'..='\u{36F}' => {}
            // People type a space after an apostrophe by habit: D' AMICO is one word.
            ' ' if out.ends_with(' ') || (out.ends_with('\'') && joins(&out)) => {}
            ' ' => out.push(' '),
            other => out.push_str(latin(other).ok_or(NameError::Character)?),
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    // A part without a letter is not a name.
    if !out.is_empty() && !out.chars().any(char::is_alphabetic) {
        return Err(NameError::Character);
    }
    if out.chars().count() > LONGEST {
        return Err(NameError::TooLong);
    }
    Ok(out)
}

/// Whether the apostrophe at the end belongs to a short word that begins a name, as D' and O' do.
fn joins(text: &str) -> bool {
    let word = text.rsplit(' ').next().unwrap_or(text);
    (2..=3).contains(&word.chars().count())
}

/// The register's letters for a foreign letter that does not decompose: names keep the letters of the
/// country that they come from.
fn latin(c: char) -> Option<&'static str> {
    Some(match c {
        'Ł' | 'Ƚ' | 'Ŀ' => "L",
        'Ø' => "O",
        'Đ' | 'Ð' | 'Ɖ' => "D",
        'Þ' => "TH",
        'Æ' => "AE",
        'Œ' => "OE",
        'Ħ' => "H",
        'Ŧ' => "T",
        'Ŋ' => "N",
        'Ɨ' => "I",
        'Ə' | 'Ɛ' => "E",
        'Ƶ' => "Z",
        'ẞ' => "SS",
        // Dots between words, as some keyboards write an abbreviation or a Catalan double L.
        '·' | '•' => ".",
        ',' => " ",
        _ => return None,
    })
}

impl fmt::Debug for FullName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FullName(****)")
    }
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
