//! From letters to text: the most likely glyphs, unless check digits decide between doubtful ones.
//!
//! A check digit may overrule the classifier only where the classifier is uncertain: the
//! log-likelihood that a field may lose is bounded, so that a wrong digit that is clearly printed
//! stays, and the zone is invalid.

use super::{
    grammar::Line,
    network::{GLYPHS, LogLikelihoods, NONE},
    track::Track,
};

/// Greatest loss of log-likelihood in a field to satisfy its check digit: e⁵ is one in 150. A clear
/// glyph is ahead of every other by e⁶ and more.
const MOST_LOST_BY_FIELD: f32 = 5.0;
/// Most glyphs of a field that a check digit may overrule: near any digits there are others that
/// satisfy it.
const MOST_CHANGED: usize = 2;
/// Greatest loss in all fields to satisfy the composite check digit, which real cards may not satisfy.
const MOST_LOST_BY_ZONE: f32 = 2.5;

/// One or two characters that only mean something together, such as a month.
struct Piece {
    /// Line (0 or 1) and position of its first character.
    at: (usize, usize),
    /// The possible values.
    values: Vec<u8>,
    /// Number of digits.
    digits: usize,
}

/// Pieces with a common check digit, or without one.
struct Field {
    pieces: Vec<Piece>,
    /// Whether the last digit is the check digit of those before it.
    checked: bool,
    /// Position of the field in the text of the composite check digit.
    offset: usize,
}

impl Field {
    /// The same field without rules: any digit in each position.
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

/// The best reading of a field for each remainder of the composite check digit.
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

/// Year, month, day and their check digit.
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

/// The fields of digits, in the order of the composite check digit.
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

/// The glyphs that were chosen.
pub(super) struct Decided {
    /// The three lines; each glyph as its index in [`GLYPHS`].
    pub lines: [[u8; 30]; 3],
    /// Number of glyphs in which check digits overruled the classifier.
    pub overruled: usize,
}

/// Chooses the glyphs of the three lines.
pub(super) fn decide(tracks: &[Track; 3]) -> Decided {
    let mut lines = [[0u8; 30]; 3];
    for ((line, track), kind) in lines.iter_mut().zip(tracks).zip(Line::ALL) {
        for (place, letter) in track.letters.iter().enumerate().take(30) {
            line[place] = most_likely(&letter.log_likelihoods, kind, place);
        }
    }
    let seen = lines;
    let fields = fields();
    let found: Vec<(ByRemainder, f32)> = fields
        .iter()
        .map(|field| {
            let free = best_readings(&field.as_seen(), tracks, false);
            let best = best_of(&free).map_or(f32::NEG_INFINITY, |found| found.score);
            if !field.checked {
                return (free, best);
            }
            let checked = best_readings(field, tracks, true);
            match best_of(&checked) {
                Some(found)
                    if best - found.score <= MOST_LOST_BY_FIELD
                        && changed(found, best_of(&free)) <= MOST_CHANGED =>
                {
                    let score = found.score;
                    (checked, score)
                }
                _ => (free, best),
            }
        })
        .collect();
    let chosen = joint_reading(&found, &tracks[1]);
    for (field, digits) in fields.iter().zip(chosen) {
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

/// Number of digits in which two readings differ.
fn changed(one: &Found, other: Option<&Found>) -> usize {
    let other = other.map_or(&[][..], |other| &other.digits);
    let pairs = one.digits.iter().zip(other);
    pairs.filter(|(one, other)| one != other).count()
}

fn most_likely(log_likelihoods: &LogLikelihoods, line: Line, place: usize) -> u8 {
    let allowed = line.allowed(place);
    let glyphs = (0..NONE).filter(|glyph| allowed.has(*glyph));
    let best = glyphs.max_by(|a, b| log_likelihoods[*a].total_cmp(&log_likelihoods[*b]));
    best.unwrap_or(NONE - 1) as u8
}

fn best_of(readings: &ByRemainder) -> Option<&Found> {
    let found = readings.iter().flatten();
    found.max_by(|a, b| a.score.total_cmp(&b.score))
}

/// The best digits of a field for each remainder of the composite check digit, optionally only those
/// that satisfy its own. Exact dynamic programming: a hundred states each keep their best.
fn best_readings(field: &Field, tracks: &[Track; 3], checked: bool) -> ByRemainder {
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
            let (mut field_sum, mut zone_sum, mut score) = (0usize, 0usize, 0.0f32);
            for (nth, digit) in digits.iter().enumerate() {
                let place = done + nth;
                let digit_value = usize::from(*digit);
                // The check digit must cancel the sum of those before it.
                field_sum += if place == last {
                    10 - digit_value
                } else {
                    WEIGHTS[place % 3] * digit_value
                };
                zone_sum += WEIGHTS[(field.offset + place) % 3] * digit_value;
                let letter = tracks[piece.at.0].letters.get(piece.at.1 + nth);
                score += letter.map_or(0.0, |letter| letter.log_likelihoods[digit_value]);
            }
            for (state, found) in states.iter().enumerate() {
                let Some(found) = found else { continue };
                let to = (state / 10 + field_sum) % 10 * 10 + (state % 10 + zone_sum) % 10;
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
    std::array::from_fn(|zone_sum| {
        let field_sums = (0..10).filter(|field_sum| !checked || *field_sum == 0);
        field_sums
            .filter_map(|field_sum| states[field_sum * 10 + zone_sum].clone())
            .max_by(|a, b| a.score.total_cmp(&b.score))
    })
}

/// The digits of each field: those that also satisfy the composite check digit, if that loses little.
fn joint_reading(found: &[(ByRemainder, f32)], dates: &Track) -> Vec<Vec<u8>> {
    let free = || {
        let best = found.iter().map(|(readings, _)| best_of(readings));
        best.map(|found| found.map(|found| found.digits.clone()).unwrap_or_default())
            .collect()
    };
    // For each remainder of the fields so far: the score, and the remainder of each field.
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
    let sum_of_best: f32 = found.iter().map(|(_, best)| best).sum();
    let seen = last.log_likelihoods[..10]
        .iter()
        .copied()
        .fold(f32::MIN, f32::max);
    let best = sums
        .iter()
        .enumerate()
        .filter_map(|(digit, sum)| {
            let (score, path) = sum.as_ref()?;
            Some((score + last.log_likelihoods[digit], path))
        })
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((score, path)) if sum_of_best + seen - score <= MOST_LOST_BY_ZONE => path
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

/// Confidence, 0 to 1, that this glyph is right among those that are allowed there.
pub(super) fn confidence(
    log_likelihoods: &LogLikelihoods,
    line: Line,
    place: usize,
    glyph: u8,
) -> f32 {
    // The network is trained with smoothed labels, which leave this much to every answer.
    let likely = |glyph: usize| (log_likelihoods[glyph].exp() - 0.001).max(1e-6);
    let allowed = line.allowed(place);
    let others: f32 = (0..NONE)
        .filter(|glyph| allowed.has(*glyph))
        .map(likely)
        .sum();
    // Without a glyph, any answer is a guess.
    likely(usize::from(glyph)) / (others + likely(NONE))
}

/// The text of a line of glyphs.
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
