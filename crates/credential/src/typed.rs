//! One normaliser for everything that people type or paste.
//!
//! Keyboards, chat programs and PDF files add invisible characters: marks of direction, joiners, soft
//! hyphens. They also write the same character in several ways: full-width letters, Arabic digits,
//! seven kinds of hyphen. A value that looks right must be accepted.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Normalises names and sentences: NFKC, no invisible characters, one form for each digit, dash and
/// apostrophe, single spaces.
pub fn line(text: &str) -> String {
    let plain = plain(text);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Normalises keys and numbers, which people write in groups: no white space, no dashes between
/// characters, capitals.
pub fn key(text: &str) -> String {
    let close = close(text);
    // A dash between characters groups them. A dash in front of a number is a minus, which keys do
    // not have.
    let inside = close.trim_matches('-');
    if inside.len() == close.len() {
        close.replace('-', "")
    } else {
        close
    }
}

/// The text without white space, in capitals.
pub(crate) fn close(text: &str) -> String {
    plain(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect()
}

/// NFKC without invisible characters; white space as it was, line breaks among it.
pub fn plain(text: &str) -> String {
    // Before NFKC, which would keep a letter and its accent separate because of a joiner, and would
    // turn an accent that was typed as an apostrophe into a space and an accent.
    let visible: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(usual)
        .collect();
    ComposingNormalizerBorrowed::new_nfkc()
        .normalize(&visible)
        .chars()
        .map(usual)
        .collect()
}

/// Parses the whole text, or the one part of it that is a value ("CURP: …"). `longest` is the most
/// words of a value.
pub fn within<T: PartialEq, E>(
    text: &str,
    longest: usize,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T, E> {
    let whole = match parse(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let line = line(text);
    let words: Vec<&str> = line
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .collect();
    let mut found = None;
    for from in 0..words.len() {
        for to in from + 1..=words.len().min(from + longest) {
            match (parse(&words[from..to].join(" ")), &found) {
                (Err(_), _) => {}
                (Ok(value), None) => found = Some(value),
                (Ok(value), Some(first)) if value == *first => {}
                // Two different values: it is not clear which one is meant.
                (Ok(_), Some(_)) => return Err(whole),
            }
        }
    }
    found.ok_or(whole)
}

/// The most words of a pasted text that are searched for a value.
const MOST_WORDS: usize = 400;

/// Whether a character is invisible: Unicode's default ignorable ones, controls, and the mark of a
/// pasted picture.
pub fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(
            c,
            '\u{AD}' | '\u{34F}' | '\u{61C}'
                | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
                | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFC}' | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// The usual way of writing a digit, a dash or an apostrophe.
fn usual(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{2D7}'
        | '\u{58A}'
        | '\u{5BE}'
        | '\u{1806}'
        | '\u{2E3A}'
        | '\u{2E3B}' => '-',
        '‘' | '’' | '‛' | '′' | '´' | '`' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | 'ˈ' | 'Ꞌ' | 'ꞌ' => {
            '\''
        }
        _ => digit(c).unwrap_or(c),
    }
}

/// The ASCII digit that a decimal digit of another script is.
fn digit(c: char) -> Option<char> {
    // The zeros of the scripts in which people write numbers; nine digits follow each.
    const ZEROS: [char; 13] = [
        '\u{660}', '\u{6F0}', '\u{7C0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{BE6}',
        '\u{C66}', '\u{E50}', '\u{ED0}', '\u{F20}', '\u{1040}',
    ];
    ZEROS.iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(*zero))?;
        (value < 10).then(|| char::from_digit(value, 10))?
    })
}

#[cfg(test)]
mod tests;
