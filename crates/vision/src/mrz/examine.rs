//! A closer look at one place: are these the three lines, which way up, and what do they say?

use super::{
    grammar::Line,
    network::{Network, PITCH},
    place::Place,
    row::{LETTERS, Row},
    track::{Close, Track, scan},
};
use crate::raster::Bilinear;

/// Three lines as they were found and read, before the check digits have a say.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    pub rows: [Row; 3],
    pub tracks: [Track; 3],
}

/// Worse than this the line of dates is none. Other print is at -3 and below, dates that can be
/// read at -1.5 and above.
const NO_DATES: f32 = -2.5;
/// Better than this a line is what it is taken for.
const SURELY: f32 = -1.2;
/// Columns gone on at once when letters are looked for: a sixth of a letter.
const STRIDE: usize = 3;

impl Zone {
    /// How well the lines fit, 0 at best. The name says little: almost all letters may stand
    /// there.
    pub fn fit(&self) -> f32 {
        let [card, dates, name] = &self.tracks;
        (card.fit + dates.fit) * 0.4 + name.fit * 0.2
    }
}

/// Looks at a place from both sides.
pub(super) fn examine(network: &Network, luma: Bilinear<u8>, place: &Place) -> Option<Zone> {
    let turned = place.turned();
    let mut best: Option<(f32, &Place, Track, Track)> = None;
    for way in [place, &turned] {
        let dates = scan(network, luma, &way.rows[1], Line::Dates, STRIDE, 3.0);
        let Some(dates) = dates.filter(|dates| dates.fit > NO_DATES) else {
            continue;
        };
        let Some(card) = scan(network, luma, &way.rows[0], Line::Card, STRIDE, 3.0) else {
            continue;
        };
        let fit = card.fit + dates.fit;
        if best.as_ref().is_none_or(|best| best.0 < fit) {
            best = Some((fit, way, card, dates));
        }
        // Upside down, dates do not look like dates: there is no need to look.
        if fit > 2.0 * SURELY {
            break;
        }
    }
    let (_, way, card, dates) = best?;
    let mut rows = way.rows.clone();
    rows[0].follow(&card.clear(Line::Card));
    rows[1].follow(&dates.clear(Line::Dates));
    // The name begins below the other two: its own letters do not tell where.
    rows[2] = rows[0].continued(&rows[1], &rows[2]);
    stand_up(&mut rows);
    if let Some(name) = scan(network, luma, &rows[2], Line::Name, STRIDE, 0.6) {
        rows[2].follow(&name.clear(Line::Name));
    }
    for (row, line) in rows.iter_mut().zip(Line::ALL) {
        level(network, luma, row, line);
    }
    stand_up(&mut rows);
    stretch(network, luma, &mut rows);
    let read = |rows: &[Row; 3]| {
        let track = |nth: usize| Close::of(luma, &rows[nth]).read(network, Line::ALL[nth]);
        [track(0), track(1), track(2)]
    };
    let tracks = read(&rows);
    let mut zone = Zone { rows, tracks };
    if zone.fit() < -0.35 {
        // Once more along the letters as they were seen now.
        let mut rows = zone.rows.clone();
        for ((row, track), line) in rows.iter_mut().zip(&zone.tracks).zip(Line::ALL) {
            row.follow(&track.clear(line));
            level(network, luma, row, line);
        }
        let tracks = read(&rows);
        let again = Zone { rows, tracks };
        if again.fit() > zone.fit() {
            zone = again;
        }
    }
    Some(zone)
}

/// Down is from the first line to the third, as far as a letter is wide.
fn stand_up(rows: &mut [Row; 3]) {
    let down = [0.0, LETTERS as f32].map(|along| {
        let (from, to) = (rows[0].at(along, 0.0), rows[2].at(along, 0.0));
        let (x, y) = (to.0 - from.0, to.1 - from.1);
        let pitch = rows[1].pitch();
        let [first, last] = rows[1].down();
        let upright = if along == 0.0 { first } else { last };
        let long = upright.0.hypot(upright.1).max(0.1);
        // As far as the line's own down reaches, measured across the line.
        let across = (x * upright.0 + y * upright.1) / long;
        let scale = pitch / across.abs().max(pitch);
        (x * scale, y * scale)
    });
    for row in rows {
        row.set_down(down);
    }
}

/// Moves a row up or down, piece by piece, to where its letters are clearest.
fn level(network: &Network, luma: Bilinear<u8>, row: &mut Row, line: Line) {
    const PIECES: usize = 3;
    let close = Close::of(luma, row);
    let by: Vec<(f32, f32)> = (0..PIECES)
        .map(|piece| {
            let letters = piece * LETTERS / PIECES..(piece + 1) * LETTERS / PIECES;
            let middle = (letters.start + letters.end) as f32 / 2.0;
            // Letters are as clear a little too high as a little too low: what is looked for is
            // the middle of the places where they are clear, not the clearest.
            let fits = [-6isize, -4, -2, 0, 2, 4, 6]
                .map(|down| (down, close.fit(network, line, letters.clone(), down)));
            let most = fits.iter().map(|(_, fit)| *fit).fold(f32::MIN, f32::max);
            let (mut sum, mut weights) = (0.0, 0.0);
            for (down, fit) in fits {
                let weight = (fit - most).exp();
                sum += down as f32 * weight;
                weights += weight;
            }
            (middle, sum / weights / PITCH as f32)
        })
        .collect();
    row.lower(&by);
}

/// Makes the letters as high as they are clearest.
fn stretch(network: &Network, luma: Bilinear<u8>, rows: &mut [Row; 3]) {
    let fit = |scale: f32| {
        let mut sum = 0.0;
        for (row, line) in rows.iter().zip(Line::ALL).take(2) {
            let mut row = row.clone();
            row.set_down(row.down().map(|(x, y)| (x * scale, y * scale)));
            sum += Close::of(luma, &row).fit(network, line, 0..LETTERS, 0);
        }
        sum
    };
    let best = [0.84, 0.92, 1.0, 1.08, 1.16]
        .into_iter()
        .map(|scale| (fit(scale), scale))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((_, scale)) = best {
        for row in rows {
            row.set_down(row.down().map(|(x, y)| (x * scale, y * scale)));
        }
    }
}
