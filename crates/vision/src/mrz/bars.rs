//! Bars of print: the lines of the zone in a small view, in which their letters merge.

use crate::raster::{IntegralImage, least_squares::parabola};
use image::GrayImage;

/// A bar of print, in pixels of the small view.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar {
    /// Its middle.
    pub middle: (f32, f32),
    /// Its direction, of length 1.
    pub along: (f32, f32),
    /// Half its length.
    pub half: f32,
    /// Its deviation from straight at distance `x` from the middle:
    /// `bend.0 + bend.1 * x + bend.2 * x * x`.
    pub bend: (f32, f32, f32),
}

impl Bar {
    /// The point of its centre line at this distance from the middle.
    pub fn at(&self, x: f32) -> (f32, f32) {
        let off = self.bend.0 + self.bend.1 * x + self.bend.2 * x * x;
        (
            self.middle.0 + self.along.0 * x - self.along.1 * off,
            self.middle.1 + self.along.1 * x + self.along.0 * off,
        )
    }
}

/// A pixel is dark if it is this many per cent darker than its surroundings.
const DARKER_PERCENT: u32 = 11;
/// There is print where at least one in this many pixels is dark.
const SPARSEST_PRINT: u32 = 10;
/// Least square of the length of a bar over its area; a line of thirty letters is about twenty times
/// as long as high.
const LEAST_ELONGATION: f32 = 9.0;
/// The same for a piece of a bar.
const LEAST_ELONGATION_OF_PIECE: f32 = 2.0;
/// Least length of a bar, as a share of the picture's longest side.
const LEAST_LENGTH: f32 = 0.2;
/// Most bars: more are texture.
const MAX_BARS: usize = 24;
/// Most pieces of bars: more are texture.
const MAX_PIECES: usize = 60;
/// Points along a bar at which its bend is measured.
const BINS: usize = 10;

/// The bars of a small view whose letters are about `pitch` pixels apart.
pub(super) fn bars(small: &GrayImage, pitch: usize) -> Vec<Bar> {
    let (width, height) = (small.width() as usize, small.height() as usize);
    if width < 3 * pitch || height < 3 * pitch {
        return Vec::new();
    }
    let pixels = small.as_raw();
    let light = IntegralImage::of(width, height, |x, y| u32::from(pixels[y * width + x]));
    let dark_pixels = IntegralImage::of(width, height, |x, y| {
        let (sum, count) = light.around(x, y, pitch * 5 / 2);
        u32::from(u32::from(pixels[y * width + x]) * count * 100 < sum * (100 - DARKER_PERCENT))
    });
    drop(light);
    let mut print: Vec<bool> = (0..width * height)
        .map(|place| {
            let (sum, count) = dark_pixels.around(place % width, place / width, pitch / 2);
            sum * SPARSEST_PRINT > count
        })
        .collect();
    let longest = small.width().max(small.height()) as f32;
    let mut pieces = Vec::new();
    let mut piece = Vec::new();
    for place in 0..print.len() {
        if !print[place] {
            continue;
        }
        take_connected(&mut print, width, place, &mut piece);
        if piece.len() >= pitch * pitch {
            let bar = fitted(&piece, width, pitch as f32, LEAST_ELONGATION_OF_PIECE);
            pieces.extend(bar.map(|bar| (bar, std::mem::take(&mut piece))));
        }
    }
    let mut bars: Vec<Bar> = joined(pieces, width, pitch as f32)
        .iter()
        .filter_map(|piece| fitted(piece, width, pitch as f32, LEAST_ELONGATION))
        .filter(|bar| bar.half * 2.0 > longest * LEAST_LENGTH)
        .collect();
    bars.sort_by(|a, b| b.half.total_cmp(&a.half));
    bars.truncate(MAX_BARS);
    bars
}

/// Joins pieces that lie one behind the other: a reflection or thin fillers break a line.
fn joined(mut pieces: Vec<(Bar, Vec<u32>)>, width: usize, pitch: f32) -> Vec<Vec<u32>> {
    pieces.sort_by(|a, b| b.0.half.total_cmp(&a.0.half));
    pieces.truncate(MAX_PIECES);
    let mut nth = 0;
    while nth < pieces.len() {
        let next = (nth + 1..pieces.len())
            .find(|other| continues(&pieces[nth].0, &pieces[*other].0, pitch));
        let Some(other) = next else {
            nth += 1;
            continue;
        };
        let (_, more) = pieces.swap_remove(other);
        pieces[nth].1.extend(more);
        match fitted(&pieces[nth].1, width, pitch, LEAST_ELONGATION_OF_PIECE) {
            Some(bar) => pieces[nth].0 = bar,
            None => nth += 1,
        }
    }
    pieces.into_iter().map(|(_, piece)| piece).collect()
}

/// Whether a shorter bar lies on the extension of a longer one.
fn continues(bar: &Bar, other: &Bar, pitch: f32) -> bool {
    let (dx, dy) = (other.middle.0 - bar.middle.0, other.middle.1 - bar.middle.1);
    let forward = (dx * bar.along.0 + dy * bar.along.1).abs();
    let aside = (dy * bar.along.0 - dx * bar.along.1).abs();
    let cross = (bar.along.0 * other.along.1 - bar.along.1 * other.along.0).abs();
    let gap = forward - bar.half - other.half;
    // The direction of a piece that is as long as wide means little.
    let parallel = cross < 0.06 + pitch / (pitch + other.half);
    parallel && gap < 7.0 * pitch && aside < 0.5 * pitch + 0.02 * forward
}

/// Removes one connected component from `print` and collects its pixels.
fn take_connected(print: &mut [bool], width: usize, start: usize, piece: &mut Vec<u32>) {
    piece.clear();
    piece.push(start as u32);
    print[start] = false;
    let mut next = 0;
    while let Some(place) = piece.get(next).map(|place| *place as usize) {
        next += 1;
        let x = place % width;
        let neighbours = [
            (x > 0).then(|| place - 1),
            (x + 1 < width).then(|| place + 1),
            place.checked_sub(width),
            Some(place + width).filter(|below| *below < print.len()),
        ];
        for place in neighbours.into_iter().flatten() {
            if print[place] {
                print[place] = false;
                piece.push(place as u32);
            }
        }
    }
}

/// The bar through a piece, if the square of its length is at least `thinnest` times its area.
fn fitted(piece: &[u32], width: usize, pitch: f32, thinnest: f32) -> Option<Bar> {
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
    // The window of a pitch extends about a third beyond the print before it is too empty.
    let inner = pitch * 0.35;
    let mut bar = Bar {
        middle,
        along,
        half: length / 2.0 - inner,
        bend,
    };
    // The centre of mass is not the middle of the length.
    let shift = (low + high) / 2.0;
    bar.middle = (middle.0 + along.0 * shift, middle.1 + along.1 * shift);
    bar.bend = (
        bend.0 + bend.1 * shift + bend.2 * shift * shift,
        bend.1 + 2.0 * bend.2 * shift,
        bend.2,
    );
    Some(bar)
}
