//! Where print runs in long thin bars: a line of the zone, seen from so far away that its
//! letters flow together.

use crate::raster::{IntegralImage, least_squares::parabola};
use image::GrayImage;

/// A bar of print, in pixels of the picture it was found in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar {
    /// Its middle.
    pub middle: (f32, f32),
    /// The direction in which it runs; of length 1.
    pub along: (f32, f32),
    /// From its middle to each of its ends.
    pub half: f32,
    /// How far its line bends away from straight, at the place `x` from the middle:
    /// `bend.0 + bend.1 * x + bend.2 * x * x`.
    pub bend: (f32, f32, f32),
}

impl Bar {
    /// The point of its line that is this far from the middle.
    pub fn at(&self, x: f32) -> (f32, f32) {
        let off = self.bend.0 + self.bend.1 * x + self.bend.2 * x * x;
        (
            self.middle.0 + self.along.0 * x - self.along.1 * off,
            self.middle.1 + self.along.1 * x + self.along.0 * off,
        )
    }
}

/// A pixel is ink when it is this many hundredths darker than its surroundings.
const DARKER: u32 = 11;
/// There is print where at least one in this many pixels is ink.
const SPARSEST: u32 = 10;
/// A line of thirty letters is about twenty times as long as high.
const THINNEST: f32 = 9.0;
/// A piece of a line is longer than high.
const STUMP: f32 = 2.0;
/// A line is at least this share of the picture's longest side.
const SHORTEST: f32 = 0.2;
/// More bars than this are texture.
const MAX_BARS: usize = 24;
/// More pieces than this are texture.
const MAX_PIECES: usize = 60;
/// Places along a bar at which its bend is measured.
const BINS: usize = 10;

/// The bars of a small picture whose letters are about `window` pixels apart.
pub(super) fn bars(small: &GrayImage, window: usize) -> Vec<Bar> {
    let (width, height) = (small.width() as usize, small.height() as usize);
    if width < 3 * window || height < 3 * window {
        return Vec::new();
    }
    let pixels = small.as_raw();
    let light = IntegralImage::of(width, height, |x, y| u32::from(pixels[y * width + x]));
    let ink = IntegralImage::of(width, height, |x, y| {
        let (sum, count) = light.around(x, y, window * 5 / 2);
        u32::from(u32::from(pixels[y * width + x]) * count * 100 < sum * (100 - DARKER))
    });
    drop(light);
    let mut print: Vec<bool> = (0..width * height)
        .map(|place| {
            let (sum, count) = ink.around(place % width, place / width, window / 2);
            sum * SPARSEST > count
        })
        .collect();
    let longest = small.width().max(small.height()) as f32;
    let mut pieces = Vec::new();
    let mut piece = Vec::new();
    for place in 0..print.len() {
        if !print[place] {
            continue;
        }
        flood(&mut print, width, place, &mut piece);
        if piece.len() >= window * window {
            let bar = measure(&piece, width, window as f32, STUMP);
            pieces.extend(bar.map(|bar| (bar, std::mem::take(&mut piece))));
        }
    }
    let mut bars: Vec<Bar> = joined(pieces, width, window as f32)
        .iter()
        .filter_map(|piece| measure(piece, width, window as f32, THINNEST))
        .filter(|bar| bar.half * 2.0 > longest * SHORTEST)
        .collect();
    bars.sort_by(|a, b| b.half.total_cmp(&a.half));
    bars.truncate(MAX_BARS);
    bars
}

/// Puts pieces together that lie one behind the other: a reflection, or fillers with little
/// ink, break a line.
fn joined(mut pieces: Vec<(Bar, Vec<u32>)>, width: usize, window: f32) -> Vec<Vec<u32>> {
    pieces.sort_by(|a, b| b.0.half.total_cmp(&a.0.half));
    pieces.truncate(MAX_PIECES);
    let mut nth = 0;
    while nth < pieces.len() {
        let next = (nth + 1..pieces.len())
            .find(|other| continues(&pieces[nth].0, &pieces[*other].0, window));
        let Some(other) = next else {
            nth += 1;
            continue;
        };
        let (_, more) = pieces.swap_remove(other);
        pieces[nth].1.extend(more);
        match measure(&pieces[nth].1, width, window, STUMP) {
            Some(bar) => pieces[nth].0 = bar,
            None => nth += 1,
        }
    }
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

/// Whether a shorter bar lies where a longer one would go on.
fn continues(bar: &Bar, other: &Bar, window: f32) -> bool {
    let (dx, dy) = (other.middle.0 - bar.middle.0, other.middle.1 - bar.middle.1);
    let forward = (dx * bar.along.0 + dy * bar.along.1).abs();
    let aside = (dy * bar.along.0 - dx * bar.along.1).abs();
    let cross = (bar.along.0 * other.along.1 - bar.along.1 * other.along.0).abs();
    let gap = forward - bar.half - other.half;
    // A stump is as long as wide: its direction says little.
    let parallel = cross < 0.06 + window / (window + other.half);
    parallel && gap < 7.0 * window && aside < 0.5 * window + 0.02 * forward
}

/// Takes one connected piece out of `print`.
fn flood(print: &mut [bool], width: usize, start: usize, piece: &mut Vec<u32>) {
    piece.clear();
    piece.push(start as u32);
    print[start] = false;
    let mut next = 0;
    while let Some(place) = piece.get(next).map(|place| *place as usize) {
        next += 1;
        let x = place % width;
        let beside = [
            (x > 0).then(|| place - 1),
            (x + 1 < width).then(|| place + 1),
            place.checked_sub(width),
            Some(place + width).filter(|below| *below < print.len()),
        ];
        for place in beside.into_iter().flatten() {
            if print[place] {
                print[place] = false;
                piece.push(place as u32);
            }
        }
    }
}

/// The piece as a bar, if its length squared is this many times its area.
fn measure(piece: &[u32], width: usize, window: f32, thinnest: f32) -> Option<Bar> {
    let point = |place: &u32| {
        let place = *place as usize;
        ((place % width) as f32, (place / width) as f32)
    };
    let count = piece.len() as f64;
    let (mut x, mut y) = (0.0f64, 0.0f64);
    for (px, py) in piece.iter().map(point) {
        x += f64::from(px);
        y += f64::from(py);
    }
    let middle = ((x / count) as f32, (y / count) as f32);
    let (mut xx, mut xy, mut yy) = (0.0f64, 0.0f64, 0.0f64);
    for (px, py) in piece.iter().map(point) {
        let (dx, dy) = (f64::from(px - middle.0), f64::from(py - middle.1));
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    let along = (angle.cos() as f32, angle.sin() as f32);
    let split = |(px, py): (f32, f32)| {
        let (dx, dy) = (px - middle.0, py - middle.1);
        (dx * along.0 + dy * along.1, dy * along.0 - dx * along.1)
    };
    let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
    for point in piece.iter().map(point) {
        let (u, _) = split(point);
        low = low.min(u);
        high = high.max(u);
    }
    let length = high - low;
    if length * length < thinnest * piece.len() as f32 {
        return None;
    }
    let mut bins = [(0.0f32, 0.0f32); BINS];
    for point in piece.iter().map(point) {
        let (u, v) = split(point);
        let bin = ((u - low) / length * BINS as f32) as usize;
        let bin = &mut bins[bin.min(BINS - 1)];
        bin.0 += v;
        bin.1 += 1.0;
    }
    let places = bins.iter().enumerate().filter(|(_, bin)| bin.1 > 0.0);
    let places: Vec<(f32, f32)> = places
        .map(|(nth, bin)| {
            let u = low + length * (nth as f32 + 0.5) / BINS as f32;
            (u, bin.0 / bin.1)
        })
        .collect();
    let bend = parabola(places.iter().map(|(u, v)| (*u, *v, 1.0)))?;
    // The window reaches out of the print by a third of itself before it is too empty.
    let inner = window * 0.35;
    let mut bar = Bar {
        middle,
        along,
        half: length / 2.0 - inner,
        bend,
    };
    // The middle of the mass is not the middle of the length.
    let shift = (low + high) / 2.0;
    bar.middle = (middle.0 + along.0 * shift, middle.1 + along.1 * shift);
    bar.bend = (
        bend.0 + bend.1 * shift + bend.2 * shift * shift,
        bend.1 + 2.0 * bend.2 * shift,
        bend.2,
    );
    Some(bar)
}
