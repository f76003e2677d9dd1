//! Finds the activation code in a pasted text: alone, in a sentence, or in a whole mail.
//!
//! A candidate is a run of words that have eight characters together. Years, telephone numbers
//! and ordinary words have the same form, so candidates are ranked by their likeness to a code.

use credential::typed;

/// Crockford's base 32: without the letters that are taken for a digit or for another letter.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Longest text that is searched: a whole forwarded mail.
const LONGEST: usize = 20_000;

/// The most likely code. `None`: there is none, or several are equally likely.
pub(crate) fn find(text: &str) -> Option<[u8; 8]> {
    if text.len() > LONGEST {
        return None;
    }
    let line = typed::line(text);
    let words = words(&line);
    // A code without other text may be written in any groups.
    let all: String = words.iter().map(|word| word.text).collect();
    if words.iter().all(|word| !word.apart)
        && let Some(code) = characters(&all)
    {
        return Some(code);
    }
    let mut best: Option<(u32, [u8; 8])> = None;
    let mut several = false;
    for from in 0..words.len() {
        let Some((code, rank)) = candidate(&words, from) else {
            continue;
        };
        match best {
            Some((other, first)) if other == rank => several |= first != code,
            Some((other, _)) if other > rank => {}
            _ => (best, several) = (Some((rank, code)), false),
        }
    }
    best.filter(|_| !several).map(|(_, code)| code)
}

/// A run of letters and digits.
struct Word<'t> {
    text: &'t str,
    /// Whether more than a space or a dash is between it and the word before.
    apart: bool,
    /// Whether a dash alone is between them.
    dashed: bool,
}

fn words(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut end = 0;
    let mut rest = line;
    while let Some(start) = rest.find(char::is_alphanumeric) {
        let from = line.len() - rest.len() + start;
        let length = line[from..]
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(line.len() - from);
        let between = &line[end..from];
        words.push(Word {
            text: &line[from..from + length],
            apart: end > 0 && !between.chars().all(|c| matches!(c, ' ' | '-')),
            dashed: end > 0 && between.trim() == "-",
        });
        end = from + length;
        rest = &line[end..];
    }
    words
}

/// The eight characters that begin with this word, written in one piece or in two halves.
fn candidate(words: &[Word<'_>], from: usize) -> Option<([u8; 8], u32)> {
    let first = &words[from];
    let (text, dashed) = match (first.text.chars().count(), words.get(from + 1)) {
        (8, _) => (first.text.to_owned(), false),
        (4, Some(second)) if !second.apart && second.text.chars().count() == 4 => {
            (format!("{}{}", first.text, second.text), second.dashed)
        }
        _ => return None,
    };
    let code = characters(&text)?;
    let announced = words[..from]
        .iter()
        .rev()
        .take(3)
        .any(|word| is_announcement(word.text));
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let mixed = (1..8).contains(&digits);
    let capitals = !text.bytes().any(|byte| byte.is_ascii_lowercase());
    let letters = digits == 0;
    // An ordinary word, or a telephone number and a date: it does not look like a code.
    if (letters && !(capitals && (dashed || announced))) || (digits == 8 && !announced) {
        return None;
    }
    let rank = [
        (mixed, 8),
        (letters, 4),
        (announced, 4),
        (dashed, 2),
        (capitals, 1),
    ];
    let rank = rank
        .iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, worth)| worth)
        .sum();
    Some((code, rank))
}

fn is_announcement(word: &str) -> bool {
    ["codigo", "código", "code", "clave"].contains(&word.to_lowercase().as_str())
}

/// Reads eight characters, also those that people take for one of the alphabet.
fn characters(text: &str) -> Option<[u8; 8]> {
    let mut found = [0; 8];
    let mut places = found.iter_mut();
    for c in text.chars() {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let byte = u8::try_from(c).ok()?;
        if !ALPHABET.contains(&byte) {
            return None;
        }
        *places.next()? = byte;
    }
    places.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests;
