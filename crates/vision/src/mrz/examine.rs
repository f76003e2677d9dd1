//! Examines one candidate: whether it is the zone, its orientation, and its letters.

use super::{
    candidates::Candidate,
    grammar::Line,
    network::{Network, PITCH},
    row::{LETTERS, Row},
    track::{CloseUp, Track, scan},
};
use crate::raster::Bilinear;

/// Three lines as located and read, before the check digits are considered.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    pub rows: [Row; 3],
    pub tracks: [Track; 3],
}

/// Least score of the line of dates. Other print scores -3 and below, readable dates -1.5 and above.
const LEAST_DATES: f32 = -2.5;
/// From this score on a line is certainly of its kind.
const CLEAR: f32 = -1.2;
/// Stride of the first scan: a sixth of a letter.
const STRIDE: usize = 3;

impl Zone {
    /// Score of the zone, 0 at best. The name weighs less, since its grammar allows almost all
    /// letters.
    pub fn score(&self) -> f32 {
        let [card, dates, name] = &self.tracks;
        (card.score + dates.score) * 0.4 + name.score * 0.2
    }
}

/// Examines a candidate in both orientations. `None` where it is not the zone.
pub(super) fn examine(
    network: &Network,
    luma: Bilinear<u8>,
    candidate: &Candidate,
) -> Option<Zone> {
    let turned = candidate.turned();
    let mut best: Option<(f32, &Candidate, Track, Track)> = None;
    for way in [candidate, &turned] {
        let dates = scan(network, luma, &way.rows[1], Line::Dates, STRIDE, 3.0);
        let Some(dates) = dates.filter(|dates| dates.score > LEAST_DATES) else {
            continue;
        };
        let Some(card) = scan(network, luma, &way.rows[0], Line::Card, STRIDE, 3.0) else {
            continue;
        };
        let score = card.score + dates.score;
        if best.as_ref().is_none_or(|best| best.0 < score) {
            best = Some((score, way, card, dates));
        }
        // Dates upside down do not look like dates: the other orientation need not be tried.
        if score > 2.0 * CLEAR {
            break;
        }
    }
    let (_, way, card, dates) = best?;
    let mut rows = way.rows.clone();
    rows[0].follow(&card.weighted(Line::Card));
    rows[1].follow(&dates.weighted(Line::Dates));
    // The name begins below the other two lines; its own letters do not determine where.
    rows[2] = rows[0].continued(&rows[1], &rows[2]);
    align_upright(&mut rows);
    if let Some(name) = scan(network, luma, &rows[2], Line::Name, STRIDE, 0.6) {
        rows[2].follow(&name.weighted(Line::Name));
    }
    for (row, line) in rows.iter_mut().zip(Line::ALL) {
        align_vertically(network, luma, row, line);
    }
    align_upright(&mut rows);
    scale_height(network, luma, &mut rows);
    let read = |rows: &[Row; 3]| {
        let track = |nth: usize| CloseUp::of(luma, &rows[nth]).read(network, Line::ALL[nth]);
        [track(0), track(1), track(2)]
    };
    let tracks = read(&rows);
    let mut zone = Zone { rows, tracks };
    if zone.score() < -0.35 {
        // Once more along the letters as they were located now.
        let mut rows = zone.rows.clone();
        for ((row, track), line) in rows.iter_mut().zip(&zone.tracks).zip(Line::ALL) {
            row.follow(&track.weighted(line));
            align_vertically(network, luma, row, line);
        }
        let tracks = read(&rows);
        let again = Zone { rows, tracks };
        if again.score() > zone.score() {
            zone = again;
        }
    }
    Some(zone)
}

/// Sets down as the direction from the first line to the third, with the length of a pitch.
fn align_upright(rows: &mut [Row; 3]) {
    let down = [0.0, LETTERS as f32].map(|along| {
        let (from, to) = (rows[0].at(along, 0.0), rows[2].at(along, 0.0));
        let (x, y) = (to.0 - from.0, to.1 - from.1);
        let pitch = rows[1].pitch();
        let [first, last] = rows[1].down();
        let upright = if along == 0.0 { first } else { last };
        let long = upright.0.hypot(upright.1).max(0.1);
        // Only the component perpendicular to the line counts.
        let across = (x * upright.0 + y * upright.1) / long;
        let scale = pitch / across.abs().max(pitch);
        (x * scale, y * scale)
    });
    for row in rows {
        row.set_down(down);
    }
}

/// Moves a row up or down, piece by piece, to the centre of its letters.
fn align_vertically(network: &Network, luma: Bilinear<u8>, row: &mut Row, line: Line) {
    const PIECES: usize = 3;
    let close = CloseUp::of(luma, row);
    let by: Vec<(f32, f32)> = (0..PIECES)
        .map(|piece| {
            let letters = piece * LETTERS / PIECES..(piece + 1) * LETTERS / PIECES;
            let middle = (letters.start + letters.end) as f32 / 2.0;
            // Letters are as clear a little too high as a little too low: the centre of the range in
            // which they are clear is wanted, not the maximum.
            let scores = [-6isize, -4, -2, 0, 2, 4, 6]
                .map(|down| (down, close.score(network, line, letters.clone(), down)));
            let most = scores
                .iter()
                .map(|(_, score)| *score)
                .fold(f32::MIN, f32::max);
            let (mut sum, mut weights) = (0.0, 0.0);
            for (down, score) in scores {
                let weight = (score - most).exp();
                sum += down as f32 * weight;
                weights += weight;
            }
            (middle, sum / weights / PITCH as f32)
        })
        .collect();
    row.lower(&by);
}

/// Scales the height of the letters to where they are clearest.
fn scale_height(network: &Network, luma: Bilinear<u8>, rows: &mut [Row; 3]) {
    let score = |scale: f32| {
        let mut sum = 0.0;
        for (row, line) in rows.iter().zip(Line::ALL).take(2) {
            let mut row = row.clone();
            row.set_down(row.down().map(|(x, y)| (x * scale, y * scale)));
            sum += CloseUp::of(luma, &row).score(network, line, 0..LETTERS, 0);
        }
        sum
    };
    let best = [0.84, 0.92, 1.0, 1.08, 1.16]
        .into_iter()
        .map(|scale| (score(scale), scale))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((_, scale)) = best {
        for row in rows {
            row.set_down(row.down().map(|(x, y)| (x * scale, y * scale)));
        }
    }
}
