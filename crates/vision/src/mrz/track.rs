//! Which letter stands where: thirty of them, each about one pitch behind the one before.

use super::{
    grammar::{Allowed, Line},
    network::{CROP_HEIGHT, CROP_WIDTH, Likelihoods, NONE, Network, PITCH},
    row::{LETTERS, Row, Strip},
};
use crate::raster::Bilinear;
use std::ops::Range;

/// What is said of one letter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    /// Its middle, in letters from the beginning of its row.
    pub along: f32,
    /// How likely each glyph is.
    pub says: Likelihoods,
}

/// A whole line, letter by letter.
#[derive(Debug, Clone)]
pub(super) struct Track {
    pub letters: Vec<Letter>,
    /// How well the letters fit the line that they should be: a mean logarithm of likelihoods,
    /// 0 where all is clear.
    pub fit: f32,
}

/// A letter that cannot be seen must not outweigh all others.
pub(super) const WORST: f32 = -7.0;
/// Letters in front of and behind the row that are looked at: its ends are not known well.
const MARGIN: usize = 3;
/// How far apart letters may stand, in pixels of the strip.
const STEPS: std::ops::RangeInclusive<usize> = 15..=21;
/// What a pixel more or less than the pitch costs, squared.
const UNEVEN: f32 = 0.06;

/// The best that is allowed here.
pub(super) fn best(says: &Likelihoods, allowed: Allowed) -> f32 {
    let glyphs = says.iter().take(NONE).enumerate();
    glyphs
        .filter(|(glyph, _)| allowed.has(*glyph))
        .map(|(_, likely)| *likely)
        .fold(WORST, f32::max)
}

/// Reads a row whose ends are known to a letter or two. `stride` is how many columns are gone
/// on at once: 1 is exact, 2 twice as fast. The first letter may stand `slack` letters from
/// its place.
pub(super) fn scan(
    network: &Network,
    luma: Bilinear<u8>,
    row: &Row,
    line: Line,
    stride: usize,
    slack: f32,
) -> Option<Track> {
    let columns = (LETTERS + 2 * MARGIN) * PITCH;
    let strip = row.sample(luma, -(MARGIN as f32), columns, CROP_HEIGHT);
    let says: Vec<Likelihoods> = (0..strip.crops())
        .step_by(stride)
        .map(|column| network.look(&strip.crop(column, 0)))
        .collect();
    let steps: Vec<(usize, f32)> = STEPS
        .filter(|step| step % stride == 0)
        .map(|step| {
            let off = step as f32 - PITCH as f32;
            (step / stride, -UNEVEN * off * off)
        })
        .collect();
    let place = |column: usize| {
        let middle = (column * stride) as f32 + CROP_WIDTH as f32 / 2.0;
        middle / PITCH as f32 - MARGIN as f32
    };
    let path = thread(&says, &steps, line, |column| {
        (place(column) - 0.5).abs() <= slack
    })?;
    let letters = path
        .into_iter()
        .map(|column| Letter {
            along: place(column),
            says: says[column],
        })
        .collect();
    Some(Track::of(letters, line))
}

/// The best way through the columns: one for each letter.
fn thread(
    says: &[Likelihoods],
    steps: &[(usize, f32)],
    line: Line,
    may_begin: impl Fn(usize) -> bool,
) -> Option<Vec<usize>> {
    let columns = says.len();
    let mut scores = vec![f32::NEG_INFINITY; columns];
    // Where each letter's column came from: the step taken.
    let mut came = vec![0u8; columns * LETTERS];
    for letter in 0..LETTERS {
        let allowed = line.allowed(letter);
        let mut next = vec![f32::NEG_INFINITY; columns];
        for column in 0..columns {
            let here = best(&says[column], allowed);
            if letter == 0 {
                if may_begin(column) {
                    next[column] = here;
                }
                continue;
            }
            for (nth, (step, cost)) in steps.iter().enumerate() {
                let Some(from) = column.checked_sub(*step) else {
                    continue;
                };
                let score = scores[from] + cost + here;
                if score > next[column] {
                    next[column] = score;
                    came[letter * columns + column] = nth as u8;
                }
            }
        }
        scores = next;
    }
    let (mut column, score) = scores
        .iter()
        .copied()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    if !score.is_finite() {
        return None;
    }
    let mut path = vec![0; LETTERS];
    for letter in (0..LETTERS).rev() {
        path[letter] = column;
        if letter > 0 {
            column -= steps[usize::from(came[letter * columns + column])].0;
        }
    }
    Some(path)
}

impl Track {
    fn of(letters: Vec<Letter>, line: Line) -> Self {
        let sum: f32 = letters
            .iter()
            .enumerate()
            .map(|(nth, letter)| best(&letter.says, line.allowed(nth)))
            .sum();
        Self {
            letters,
            fit: sum / LETTERS as f32,
        }
    }

    /// The letters that are clear, for laying the row through them: (which, place, how sure).
    pub fn clear(&self, line: Line) -> Vec<(usize, f32, f32)> {
        let letters = self.letters.iter().enumerate();
        letters
            .map(|(nth, letter)| {
                let sure = best(&letter.says, line.allowed(nth)).exp();
                (nth, letter.along, sure + 0.001)
            })
            .collect()
    }
}

/// Rows and columns that a letter may be off its place when it is looked at closely.
const OFF: usize = 6;

/// A row cut out with some room around it, for looking at letters whose places are known.
pub(super) struct Close {
    strip: Strip,
}

impl Close {
    pub fn of(luma: Bilinear<u8>, row: &Row) -> Self {
        let side = (CROP_WIDTH - PITCH) / 2 + OFF;
        let columns = LETTERS * PITCH + 2 * side;
        let from = -(side as f32) / PITCH as f32;
        Self {
            strip: row.sample(luma, from, columns, CROP_HEIGHT + 2 * OFF),
        }
    }

    fn look(&self, network: &Network, letter: usize, right: isize, down: isize) -> Likelihoods {
        let at = |off: isize| OFF.saturating_add_signed(off).min(2 * OFF);
        let crop = self.strip.crop(letter * PITCH + at(right), at(down));
        network.look(&crop)
    }

    /// How well these letters fit when they are looked for this many pixels lower.
    pub fn fit(&self, network: &Network, line: Line, letters: Range<usize>, down: isize) -> f32 {
        letters
            .map(|nth| best(&self.look(network, nth, 0, down), line.allowed(nth)))
            .sum()
    }

    /// What stands there: each letter is looked at a few times around its place, and the
    /// clearest of these say what it is.
    pub fn read(&self, network: &Network, line: Line) -> Track {
        let letters = (0..LETTERS)
            .map(|nth| {
                let allowed = line.allowed(nth);
                let mut seen: Vec<(f32, isize, Likelihoods)> = Vec::new();
                for down in [-1, 0, 1] {
                    for right in [-2, 0, 2] {
                        let says = self.look(network, nth, right, down);
                        seen.push((best(&says, allowed), right, says));
                    }
                }
                seen.sort_by(|a, b| b.0.total_cmp(&a.0));
                seen.truncate(3);
                // The mean of the likelihoods, not of their logarithms: a crop that is off its
                // letter says nothing, and must not outvote one that is on it.
                let count = seen.len().max(1) as f32;
                let mut says = [0.0f32; NONE + 1];
                for (_, _, each) in &seen {
                    for (sum, likely) in says.iter_mut().zip(each) {
                        *sum += likely.exp() / count;
                    }
                }
                let right = seen.first().map_or(0, |(_, right, _)| *right);
                Letter {
                    along: nth as f32 + 0.5 + right as f32 / PITCH as f32,
                    says: says.map(|likely| likely.max(1e-6).ln()),
                }
            })
            .collect();
        Track::of(letters, line)
    }
}
