//! Which glyphs are possible where in the three lines.

use super::network::{GLYPHS, index_of};

/// One of the three lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// The first: `IDMEX`, CIC, OCR number.
    Card,
    /// The second: birth, sex, vigencia.
    Dates,
    /// The third: the name.
    Name,
}

/// A set of glyphs, a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowed(u64);

const fn span(from: usize, to: usize) -> u64 {
    ((1 << (to - from + 1)) - 1) << from
}

impl Allowed {
    pub const DIGITS: Allowed = Allowed(span(0, 9));
    pub const FILLER: Allowed = Allowed(span(36, 36));
    /// The letters and the filler.
    pub const NAME: Allowed = Allowed(span(10, 36));
    pub const LETTERS: Allowed = Allowed(span(10, 35));

    /// Exactly these glyphs.
    fn of(glyphs: &[u8]) -> Self {
        let bits = glyphs.iter().filter_map(|glyph| index_of(*glyph));
        Self(bits.fold(0, |all, place| all | 1 << place))
    }

    /// Whether this glyph is in the set.
    pub fn has(self, glyph: usize) -> bool {
        glyph < GLYPHS.len() && self.0 >> glyph & 1 == 1
    }
}

impl Line {
    pub const ALL: [Line; 3] = [Line::Card, Line::Dates, Line::Name];

    /// The glyphs that are possible at this position, 0 to 29.
    pub fn allowed(self, place: usize) -> Allowed {
        match (self, place) {
            (Line::Card, 0..=4) => Allowed::of(&b"IDMEX"[place..=place]),
            (Line::Card, 15 | 16) => Allowed::FILLER,
            (Line::Card, _) => Allowed::DIGITS,
            (Line::Dates, 7) => Allowed::of(b"HMFX<"),
            (Line::Dates, 15..=17) => Allowed::of(&b"MEX"[place - 15..=place - 15]),
            (Line::Dates, 18 | 21 | 22 | 28) => Allowed::FILLER,
            (Line::Dates, _) => Allowed::DIGITS,
            (Line::Name, 0) => Allowed::LETTERS,
            (Line::Name, _) => Allowed::NAME,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_is_allowed_glyph_by_glyph_and_its_lines_only_in_their_places() {
        let lines = [
            "IDMEX1234567897<<0001234567890",
            "8504179M3312315MEX<00<<12345<2",
            "PRUEBA<EJEMPLO<<ROBERTA<<<<<<<",
        ];
        let fits = |line: Line, text: &str| {
            (0..30).all(|place| {
                index_of(text.as_bytes()[place]).is_some_and(|glyph| line.allowed(place).has(glyph))
            })
        };
        for (nth, text) in lines.iter().enumerate() {
            for (other, line) in Line::ALL.into_iter().enumerate() {
                assert_eq!(fits(line, text), nth == other, "{text}");
            }
        }
    }
}
