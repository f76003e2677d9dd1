//! Letters without their accents.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The text without accents, whether they are part of a letter or follow it as a sign of their
/// own. Ñ and ñ are letters of Spanish and stay.
pub fn without_accents(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfd() {
        match c {
            '\u{303}' if plain.ends_with('N') => {
                plain.pop();
                plain.push('Ñ');
            }
            '\u{303}' if plain.ends_with('n') => {
                plain.pop();
                plain.push('ñ');
            }
            mark if is_combining_mark(mark) => {}
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_go_and_the_enye_stays() {
        assert_eq!(without_accents("Ágüeda ÑANDÚ año"), "Agueda ÑANDU año");
        assert_eq!(without_accents("Gu\u{308}ell nin\u{303}o"), "Guell niño");
        assert_eq!(without_accents("Dvořák, Škoda, Ångström"), "Dvorak, Skoda, Angstrom");
    }
}
