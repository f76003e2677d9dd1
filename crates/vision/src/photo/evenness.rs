//! Light over the card, cell by cell: reflections that hide print, and shadows.

use super::{
    layout::{Face, What},
    plane::CARD_WIDTH,
};
use crate::raster::{luma::luma, order::quantile};
use image::RgbImage;

/// The light over a flat picture of a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evenness {
    /// How light the lightest paper is, 0 to 255.
    pub paper: f32,
    /// The share of the card that is burnt out.
    pub burnt: f32,
    /// The share of the places with print or codes that a reflection has washed out.
    pub glare: f32,
    /// How light the darkest paper is against the lightest, 0 to 1.
    pub shade: f32,
}

/// Side of a cell, in millimetres.
const CELL: f32 = 2.0;
/// From this on all three colours of a pixel are burnt out.
const BURNT: u8 = 251;

struct Cell {
    /// The middle, in millimetres.
    at: (f32, f32),
    /// How light its paper is.
    paper: f32,
    /// How light its ink is.
    ink: f32,
    /// The least of the colours of its paper: 255 where nothing is left.
    white: f32,
    /// Which of the face's places it is in, where something has to be read.
    place: Option<usize>,
}

/// Measures a flat picture; of a face that is known, only where something stands.
pub(super) fn evenness(flat: &RgbImage, face: Option<Face>) -> Evenness {
    let cells = cells(flat, face);
    let mut papers: Vec<f32> = cells.iter().map(|cell| cell.paper).collect();
    let paper = quantile(&mut papers, 0.90);
    let burnt = cells
        .iter()
        .filter(|cell| cell.white >= f32::from(BURNT))
        .count() as f32
        / cells.len().max(1) as f32;
    let expected = surface(&cells);
    let (mut wanted, mut washed) = (0u32, 0u32);
    let places = cells.iter().filter_map(|cell| cell.place).max();
    for nth in 0..=places.unwrap_or(0) {
        let here = || cells.iter().filter(move |cell| cell.place == Some(nth));
        // Each place has paper of its own: that of the three lines is white, others are pink.
        let mut over: Vec<f32> = here().map(|cell| cell.white - expected(cell.at)).collect();
        let own = quantile(&mut over, 0.5);
        for cell in here() {
            wanted += 1;
            let usual = expected(cell.at) + own;
            let whiter = cell.white - usual > (0.45 * (255.0 - usual)).max(7.0);
            let empty = cell.paper - cell.ink < 0.2 * cell.paper;
            washed += u32::from(whiter && empty && cell.white > 205.0);
        }
    }
    Evenness {
        paper,
        burnt,
        glare: washed as f32 / wanted.max(1) as f32,
        shade: shade(&cells, flat.width()),
    }
}

fn cells(flat: &RgbImage, face: Option<Face>) -> Vec<Cell> {
    let side = (flat.width() as f32 * CELL / CARD_WIDTH).round() as u32;
    let (across, down) = (flat.width() / side.max(1), flat.height() / side.max(1));
    let mut cells = Vec::with_capacity((across * down) as usize);
    let mut light = Vec::with_capacity((side * side) as usize);
    let mut least = Vec::with_capacity((side * side) as usize);
    for row in 0..down {
        for column in 0..across {
            light.clear();
            least.clear();
            for y in row * side..(row + 1) * side {
                for x in column * side..(column + 1) * side {
                    let pixel = flat.get_pixel(x, y).0;
                    light.push(f32::from(luma(pixel)));
                    least.push(f32::from(pixel.into_iter().min().unwrap_or(0)));
                }
            }
            let at = ((column as f32 + 0.5) * CELL, (row as f32 + 0.5) * CELL);
            let place = match face {
                None => Some(0),
                Some(face) => face.places().iter().position(|place| {
                    place.what != What::Drawing
                        && (place.left..place.left + place.width).contains(&at.0)
                        && (place.top..place.top + place.height).contains(&at.1)
                }),
            };
            cells.push(Cell {
                at,
                paper: quantile(&mut light, 0.85),
                ink: quantile(&mut light, 0.08),
                white: quantile(&mut least, 0.85),
                place,
            });
        }
    }
    cells
}

/// How white the paper would be without reflections: a plane through the middle half of the
/// cells, since light falls off evenly and reflections do not.
fn surface(cells: &[Cell]) -> impl Fn((f32, f32)) -> f32 + use<> {
    let mut kept: Vec<&Cell> = cells.iter().collect();
    let mut plane = [0.0f32; 3];
    for _ in 0..3 {
        plane = fitted(&kept);
        let mut away: Vec<f32> = kept
            .iter()
            .map(|cell| (cell.white - at(plane, cell.at)).abs())
            .collect();
        let limit = quantile(&mut away, 0.6).max(2.0);
        kept.retain(|cell| (cell.white - at(plane, cell.at)).abs() <= limit);
    }
    move |place| at(plane, place)
}

fn at([start, right, down]: [f32; 3], (x, y): (f32, f32)) -> f32 {
    start + right * x + down * y
}

/// The plane of least squares; cells stand evenly, so both slopes are found alone.
fn fitted(cells: &[&Cell]) -> [f32; 3] {
    let count = cells.len().max(1) as f32;
    let mean = |of: &dyn Fn(&Cell) -> f32| cells.iter().map(|cell| of(cell)).sum::<f32>() / count;
    let (x, y, z) = (
        mean(&|cell| cell.at.0),
        mean(&|cell| cell.at.1),
        mean(&|cell| cell.white),
    );
    let (mut xx, mut yy, mut xz, mut yz) = (1e-3, 1e-3, 0.0, 0.0);
    for cell in cells {
        let (dx, dy, dz) = (cell.at.0 - x, cell.at.1 - y, cell.white - z);
        xx += dx * dx;
        yy += dy * dy;
        xz += dx * dz;
        yz += dy * dz;
    }
    let (right, down) = (xz / xx, yz / yy);
    [z - right * x - down * y, right, down]
}

/// The darkest paper against the lightest. Of each cell and its neighbours the lightest counts:
/// ink is dark as well, but there is paper beside it.
fn shade(cells: &[Cell], width: u32) -> f32 {
    let across = (width / ((width as f32 * CELL / CARD_WIDTH).round() as u32).max(1)) as usize;
    let down = cells.len() / across.max(1);
    let mut lightest = Vec::with_capacity(cells.len());
    for row in 2..down.saturating_sub(2) {
        for column in 2..across.saturating_sub(2) {
            let mut most = 0.0f32;
            for y in row - 2..=row + 2 {
                for x in column - 2..=column + 2 {
                    most = most.max(cells[y * across + x].paper);
                }
            }
            lightest.push(most);
        }
    }
    if lightest.is_empty() {
        return 1.0;
    }
    let bright = quantile(&mut lightest, 0.9);
    quantile(&mut lightest, 0.04) / bright.max(1.0)
}
