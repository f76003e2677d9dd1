//! Letters to text: the clearest glyphs, unless the check digits choose among the doubtful.
//!
//! A check digit may overrule the eye only where the eye is in doubt: what one field may lose
//! by it is bounded, so that a wrong digit seen clearly stays what it is, and its zone invalid.

use super::{
    grammar::Line,
    network::{GLYPHS, Likelihoods, NONE},
    track::Track,
};

/// What a field may lose in likelihood (natural logarithm) to satisfy its check digit: e⁵ is
/// one in 150. A clear glyph is e⁶ and more ahead of every other.
const MOST_LOST: f32 = 5.0;
/// Nor may it overrule the eye in more glyphs of one field than this: any digits have some others
/// near them that fit.
const MOST_CHANGED: usize = 2;
/// What all fields together may lose for the digit over both lines, which real cards may not hold
/// to.
const MOST_LOST_ALL: f32 = 2.5;

/// One character or two that only have a meaning together, such as a month.
struct Piece {
    /// Line (0 or 1) and place of its first character.
    at: (usize, usize),
    /// What may stand there.
    values: Vec<u8>,
    /// How many digits it has.
    digits: usize,
}

/// Some pieces under one check digit, or under none.
struct Field {
    pieces: Vec<Piece>,
    /// Whether the last digit is that of those before it.
    checked: bool,
    /// Where the field stands in the text under the digit over both lines.
    offset: usize,
}

impl Field {
    /// The same without a rule: any digit may stand in each of its places.
    fn as_seen(&self) -> Self {
        let pieces = self.pieces.iter();
        Self {
            pieces: pieces
                .flat_map(|piece| digits(piece.at.0, piece.at.1, piece.digits))
                .collect(),
            checked: false,
            offset: self.offset,
        }
    }
}

/// For each remainder under the digit over both lines the best reading of a field.
type ByRemainder = [Option<Found>; 10];

#[derive(Debug, Clone)]
struct Found {
    score: f32,
    digits: Vec<u8>,
}

const WEIGHTS: [usize; 3] = [7, 3, 1];

fn digits(line: usize, from: usize, count: usize) -> impl Iterator<Item = Piece> {
    (from..from + count).map(move |place| Piece {
        at: (line, place),
        values: (0..10).collect(),
        digits: 1,
    })
}

/// Year, month, day and their digit.
fn date(from: usize, offset: usize) -> Field {
    let two = |place: usize, least: u8, most: u8| Piece {
        at: (1, place),
        values: (least..=most).collect(),
        digits: 2,
    };
    let mut pieces = vec![two(from, 0, 99), two(from + 2, 1, 12), two(from + 4, 1, 31)];
    pieces.extend(digits(1, from + 6, 1));
    Field {
        pieces,
        checked: true,
        offset,
    }
}

/// The fields of digits, in the order in which the digit over both lines counts them.
fn fields() -> [Field; 6] {
    let plain = |line, from, count, offset| Field {
        pieces: digits(line, from, count).collect(),
        checked: false,
        offset,
    };
    [
        Field {
            pieces: digits(0, 5, 10).collect(),
            checked: true,
            offset: 0,
        },
        plain(0, 17, 13, 12),
        date(0, 25),
        date(8, 32),
        plain(1, 19, 2, 40),
        plain(1, 23, 5, 44),
    ]
}

/// What was decided.
pub(super) struct Decided {
    /// The three lines with the place of each chosen glyph among [`GLYPHS`].
    pub lines: [[u8; 30]; 3],
    /// In how many glyphs the check digits overruled the eye.
    pub overruled: usize,
}

/// Chooses the glyphs of the three lines.
pub(super) fn decide(tracks: &[Track; 3]) -> Decided {
    let mut lines = [[0u8; 30]; 3];
    for ((line, track), kind) in lines.iter_mut().zip(tracks).zip(Line::ALL) {
        for (place, letter) in track.letters.iter().enumerate().take(30) {
            line[place] = clearest(&letter.says, kind, place);
        }
    }
    let seen = lines;
    let fields = fields();
    let found: Vec<(ByRemainder, f32)> = fields
        .iter()
        .map(|field| {
            let free = readings(&field.as_seen(), tracks, false);
            let best = best_of(&free).map_or(f32::NEG_INFINITY, |found| found.score);
            if !field.checked {
                return (free, best);
            }
            let checked = readings(field, tracks, true);
            match best_of(&checked) {
                Some(found)
                    if best - found.score <= MOST_LOST
                        && changed(found, best_of(&free)) <= MOST_CHANGED =>
                {
                    let score = found.score;
                    (checked, score)
                }
                _ => (free, best),
            }
        })
        .collect();
    let own = together(&found, &tracks[1]);
    for (field, digits) in fields.iter().zip(own) {
        let mut digits = digits.into_iter();
        for piece in &field.pieces {
            for nth in 0..piece.digits {
                if let Some(digit) = digits.next() {
                    lines[piece.at.0][piece.at.1 + nth] = digit;
                }
            }
        }
    }
    let pairs = lines.iter().flatten().zip(seen.iter().flatten());
    Decided {
        lines,
        overruled: pairs.filter(|(chosen, seen)| chosen != seen).count(),
    }
}

/// How many digits of two readings are others.
fn changed(one: &Found, other: Option<&Found>) -> usize {
    let other = other.map_or(&[][..], |other| &other.digits);
    let pairs = one.digits.iter().zip(other);
    pairs.filter(|(one, other)| one != other).count()
}

fn clearest(says: &Likelihoods, line: Line, place: usize) -> u8 {
    let allowed = line.allowed(place);
    let glyphs = (0..NONE).filter(|glyph| allowed.has(*glyph));
    let best = glyphs.max_by(|a, b| says[*a].total_cmp(&says[*b]));
    best.unwrap_or(NONE - 1) as u8
}

fn best_of(readings: &ByRemainder) -> Option<&Found> {
    let found = readings.iter().flatten();
    found.max_by(|a, b| a.score.total_cmp(&b.score))
}

/// The best digits of a field for each remainder; of those with the right check digit only, if
/// `checked`. Exact: every state keeps its best, and there are a hundred.
fn readings(field: &Field, tracks: &[Track; 3], checked: bool) -> ByRemainder {
    let mut states: Vec<Option<Found>> = vec![None; 100];
    states[0] = Some(Found {
        score: 0.0,
        digits: Vec::new(),
    });
    let last = field.pieces.iter().map(|piece| piece.digits).sum::<usize>() - 1;
    let mut done = 0;
    for piece in &field.pieces {
        let mut next: Vec<Option<Found>> = vec![None; 100];
        for value in &piece.values {
            let digits = if piece.digits == 2 {
                [value / 10, value % 10]
            } else {
                [*value, 0]
            };
            let digits = &digits[..piece.digits];
            let (mut own, mut all, mut score) = (0usize, 0usize, 0.0f32);
            for (nth, digit) in digits.iter().enumerate() {
                let place = done + nth;
                let digit_value = usize::from(*digit);
                // The check digit must cancel the sum of those before it.
                own += if place == last {
                    10 - digit_value
                } else {
                    WEIGHTS[place % 3] * digit_value
                };
                all += WEIGHTS[(field.offset + place) % 3] * digit_value;
                let letter = tracks[piece.at.0].letters.get(piece.at.1 + nth);
                score += letter.map_or(0.0, |letter| letter.says[digit_value]);
            }
            for (state, found) in states.iter().enumerate() {
                let Some(found) = found else { continue };
                let to = (state / 10 + own) % 10 * 10 + (state % 10 + all) % 10;
                let score = found.score + score;
                if next[to].as_ref().is_none_or(|best| best.score < score) {
                    let mut longer = Vec::with_capacity(last + 1);
                    longer.extend_from_slice(&found.digits);
                    longer.extend_from_slice(digits);
                    next[to] = Some(Found {
                        score,
                        digits: longer,
                    });
                }
            }
        }
        states = next;
        done += piece.digits;
    }
    std::array::from_fn(|all| {
        let owns = (0..10).filter(|own| !checked || *own == 0);
        owns.filter_map(|own| states[own * 10 + all].clone())
            .max_by(|a, b| a.score.total_cmp(&b.score))
    })
}

/// The digits of each field: those that also satisfy the digit over both lines, if little
/// speaks against them.
fn together(found: &[(ByRemainder, f32)], dates: &Track) -> Vec<Vec<u8>> {
    let free = || {
        let best = found.iter().map(|(readings, _)| best_of(readings));
        best.map(|found| found.map(|found| found.digits.clone()).unwrap_or_default())
            .collect()
    };
    // For each remainder of all fields so far: score, and the remainder of each field.
    let mut sums: Vec<Option<(f32, Vec<usize>)>> = vec![None; 10];
    sums[0] = Some((0.0, Vec::new()));
    for (readings, _) in found {
        let mut next: Vec<Option<(f32, Vec<usize>)>> = vec![None; 10];
        for (state, sum) in sums.iter().enumerate() {
            let Some((score, path)) = sum else { continue };
            for (remainder, reading) in readings.iter().enumerate() {
                let Some(reading) = reading else { continue };
                let to = (state + remainder) % 10;
                let score = score + reading.score;
                if next[to].as_ref().is_none_or(|best| best.0 < score) {
                    let path = path.iter().copied().chain([remainder]).collect();
                    next[to] = Some((score, path));
                }
            }
        }
        sums = next;
    }
    let Some(last) = dates.letters.get(29) else {
        return free();
    };
    let clear: f32 = found.iter().map(|(_, best)| best).sum();
    let seen = last.says[..10].iter().copied().fold(f32::MIN, f32::max);
    let best = sums
        .iter()
        .enumerate()
        .filter_map(|(digit, sum)| {
            let (score, path) = sum.as_ref()?;
            Some((score + last.says[digit], path))
        })
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((score, path)) if clear + seen - score <= MOST_LOST_ALL => path
            .iter()
            .zip(found)
            .map(|(remainder, (readings, _))| {
                let found = readings[*remainder].as_ref();
                found.map(|found| found.digits.clone()).unwrap_or_default()
            })
            .collect(),
        _ => free(),
    }
}

/// How sure it is that this glyph stands there, 0 to 1, among those that may.
pub(super) fn sureness(says: &Likelihoods, line: Line, place: usize, glyph: u8) -> f32 {
    // The network is taught never to be quite sure; this much it says of everything.
    let likely = |glyph: usize| (says[glyph].exp() - 0.001).max(1e-6);
    let allowed = line.allowed(place);
    let others: f32 = (0..NONE)
        .filter(|glyph| allowed.has(*glyph))
        .map(likely)
        .sum();
    // Where no glyph is seen at all, which one it would be is a guess.
    likely(usize::from(glyph)) / (others + likely(NONE))
}

/// The text of a line.
pub(super) fn text(glyphs: &[u8; 30]) -> String {
    let glyphs = glyphs.iter().map(|glyph| {
        let glyph = GLYPHS.get(usize::from(*glyph)).copied().unwrap_or(b'<');
        char::from(glyph)
    });
    glyphs.collect()
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;
