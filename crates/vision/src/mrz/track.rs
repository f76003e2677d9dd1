//! The thirty letters of a line, each about one pitch after the one before.

use super::{
    grammar::{Allowed, Line},
    network::{CROP_HEIGHT, CROP_WIDTH, LogLikelihoods, NONE, Network, PITCH},
    row::{LETTERS, Row, Strip},
};
use crate::raster::Bilinear;
use std::ops::Range;

/// One letter as it was classified.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    /// Its centre, in letters from the beginning of its row.
    pub along: f32,
    /// The log-likelihood of each glyph.
    pub log_likelihoods: LogLikelihoods,
}

/// A line, letter by letter.
#[derive(Debug, Clone)]
pub(super) struct Track {
    pub letters: Vec<Letter>,
    /// Mean log-likelihood of the letters under the line's grammar: 0 at best.
    pub score: f32,
}

/// Lower bound of a log-likelihood, so that one invisible letter does not outweigh all others.
pub(super) const LEAST_LOG_LIKELIHOOD: f32 = -7.0;
/// Letters before and after the row that are classified too, since its ends are uncertain.
const MARGIN: usize = 3;
/// Possible distances between letters, in pixels of the strip.
const SPACINGS: std::ops::RangeInclusive<usize> = 15..=21;
/// Penalty for the square of a distance's deviation from the pitch.
const SPACING_PENALTY: f32 = 0.06;

/// The greatest log-likelihood of the glyphs that are allowed here.
pub(super) fn best(log_likelihoods: &LogLikelihoods, allowed: Allowed) -> f32 {
    let glyphs = log_likelihoods.iter().take(NONE).enumerate();
    glyphs
        .filter(|(glyph, _)| allowed.has(*glyph))
        .map(|(_, likely)| *likely)
        .fold(LEAST_LOG_LIKELIHOOD, f32::max)
}

/// Reads a row whose ends are known to a letter or two. One in `stride` columns is classified: 1 is
/// exact, 2 twice as fast. The first letter may be `slack` letters from its place.
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
    let log_likelihoods: Vec<LogLikelihoods> = (0..strip.crops())
        .step_by(stride)
        .map(|column| network.classify(&strip.crop(column, 0)))
        .collect();
    let steps: Vec<(usize, f32)> = SPACINGS
        .filter(|step| step % stride == 0)
        .map(|step| {
            let off = step as f32 - PITCH as f32;
            (step / stride, -SPACING_PENALTY * off * off)
        })
        .collect();
    let place = |column: usize| {
        let middle = (column * stride) as f32 + CROP_WIDTH as f32 / 2.0;
        middle / PITCH as f32 - MARGIN as f32
    };
    let path = best_path(&log_likelihoods, &steps, line, |column| {
        (place(column) - 0.5).abs() <= slack
    })?;
    let letters = path
        .into_iter()
        .map(|column| Letter {
            along: place(column),
            log_likelihoods: log_likelihoods[column],
        })
        .collect();
    Some(Track::of(letters, line))
}

/// The best path through the columns, one for each letter, by dynamic programming (Viterbi).
fn best_path(
    log_likelihoods: &[LogLikelihoods],
    steps: &[(usize, f32)],
    line: Line,
    may_begin: impl Fn(usize) -> bool,
) -> Option<Vec<usize>> {
    let columns = log_likelihoods.len();
    let mut scores = vec![f32::NEG_INFINITY; columns];
    // For each letter and column the step that led there.
    let mut came = vec![0u8; columns * LETTERS];
    for letter in 0..LETTERS {
        let allowed = line.allowed(letter);
        let mut next = vec![f32::NEG_INFINITY; columns];
        for column in 0..columns {
            let here = best(&log_likelihoods[column], allowed);
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
            .map(|(nth, letter)| best(&letter.log_likelihoods, line.allowed(nth)))
            .sum();
        Self {
            letters,
            score: sum / LETTERS as f32,
        }
    }

    /// The letters with their weights, to fit the row to them: (index, position along, likelihood).
    pub fn weighted(&self, line: Line) -> Vec<(usize, f32, f32)> {
        let letters = self.letters.iter().enumerate();
        letters
            .map(|(nth, letter)| {
                let sure = best(&letter.log_likelihoods, line.allowed(nth)).exp();
                (nth, letter.along, sure + 0.001)
            })
            .collect()
    }
}

/// Rows and columns by which a letter may be off its place in a close-up.
const SLACK: usize = 6;

/// A rectified row with a margin, to classify letters whose positions are known.
pub(super) struct CloseUp {
    strip: Strip,
}

impl CloseUp {
    pub fn of(luma: Bilinear<u8>, row: &Row) -> Self {
        let side = (CROP_WIDTH - PITCH) / 2 + SLACK;
        let columns = LETTERS * PITCH + 2 * side;
        let from = -(side as f32) / PITCH as f32;
        Self {
            strip: row.sample(luma, from, columns, CROP_HEIGHT + 2 * SLACK),
        }
    }

    fn classify(
        &self,
        network: &Network,
        letter: usize,
        right: isize,
        down: isize,
    ) -> LogLikelihoods {
        let at = |off: isize| SLACK.saturating_add_signed(off).min(2 * SLACK);
        let crop = self.strip.crop(letter * PITCH + at(right), at(down));
        network.classify(&crop)
    }

    /// The sum of the letters' log-likelihoods when they are expected this many pixels lower.
    pub fn score(&self, network: &Network, line: Line, letters: Range<usize>, down: isize) -> f32 {
        letters
            .map(|nth| best(&self.classify(network, nth, 0, down), line.allowed(nth)))
            .sum()
    }

    /// Reads the letters: each is classified several times around its place, and the clearest of
    /// these are averaged.
    pub fn read(&self, network: &Network, line: Line) -> Track {
        let letters = (0..LETTERS)
            .map(|nth| {
                let allowed = line.allowed(nth);
                let mut seen: Vec<(f32, isize, LogLikelihoods)> = Vec::new();
                for down in [-1, 0, 1] {
                    for right in [-2, 0, 2] {
                        let log_likelihoods = self.classify(network, nth, right, down);
                        seen.push((best(&log_likelihoods, allowed), right, log_likelihoods));
                    }
                }
                seen.sort_by(|a, b| b.0.total_cmp(&a.0));
                seen.truncate(3);
                // The mean of likelihoods, not of their logarithms: a crop that misses its letter is
                // no evidence, and must not outvote one that is centred.
                let count = seen.len().max(1) as f32;
                let mut log_likelihoods = [0.0f32; NONE + 1];
                for (_, _, each) in &seen {
                    for (sum, likely) in log_likelihoods.iter_mut().zip(each) {
                        *sum += likely.exp() / count;
                    }
                }
                let right = seen.first().map_or(0, |(_, right, _)| *right);
                Letter {
                    along: nth as f32 + 0.5 + right as f32 / PITCH as f32,
                    log_likelihoods: log_likelihoods.map(|likely| likely.max(1e-6).ln()),
                }
            })
            .collect();
        Track::of(letters, line)
    }
}
