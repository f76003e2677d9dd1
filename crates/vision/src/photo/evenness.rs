//! The evenness of light over the card, cell by cell: reflections that hide print, and shadows.

use super::{
    layout::{Content, Face},
    plane::CARD_WIDTH,
};
use crate::raster::{luma::luma, order::quantile};
use image::RgbImage;

/// The light over a flat picture of a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evenness {
    /// Brightness of the lightest paper, 0 to 255.
    pub paper: f32,
    /// The share of the card that is overexposed.
    pub burnt: f32,
    /// The share of the regions with print or codes that a reflection hides.
    pub glare: f32,
    /// Brightness of the darkest paper relative to the lightest, 0 to 1.
    pub shade: f32,
}

/// Side of a cell, in millimetres.
const CELL: f32 = 2.0;
/// From this level on a channel is overexposed.
const BURNT: u8 = 251;

struct Cell {
    /// Its centre, in millimetres.
    at: (f32, f32),
    /// Brightness of its paper.
    paper: f32,
    /// Brightness of its ink.
    ink: f32,
    /// The darkest channel of its paper: 255 where it is overexposed.
    white: f32,
    /// Index of the face's region that it is in, if there is something to read.
    region: Option<usize>,
}

/// Measures a flat picture; for a known face only its regions.
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
    let regions = cells.iter().filter_map(|cell| cell.region).max();
    for nth in 0..=regions.unwrap_or(0) {
        let here = || cells.iter().filter(move |cell| cell.region == Some(nth));
        // Each region has paper of its own: white below the three lines, pink in others.
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
            let region = match face {
                None => Some(0),
                Some(face) => face.regions().iter().position(|region| {
                    region.content != Content::Drawing
                        && (region.left..region.left + region.width).contains(&at.0)
                        && (region.top..region.top + region.height).contains(&at.1)
                }),
            };
            cells.push(Cell {
                at,
                paper: quantile(&mut light, 0.85),
                ink: quantile(&mut light, 0.08),
                white: quantile(&mut least, 0.85),
                region,
            });
        }
    }
    cells
}

/// The brightness of the paper without reflections: a plane fitted to the inliers of the cells, since
/// light falls off evenly and reflections do not.
fn surface(cells: &[Cell]) -> impl Fn((f32, f32)) -> f32 + use<> {
    let mut kept: Vec<&Cell> = cells.iter().collect();
    let mut plane = [0.0f32; 3];
    for _ in 0..3 {
        plane = fitted_plane(&kept);
        let mut away: Vec<f32> = kept
            .iter()
            .map(|cell| (cell.white - plane_at(plane, cell.at)).abs())
            .collect();
        let limit = quantile(&mut away, 0.6).max(2.0);
        kept.retain(|cell| (cell.white - plane_at(plane, cell.at)).abs() <= limit);
    }
    move |place| plane_at(plane, place)
}

fn plane_at([start, right, down]: [f32; 3], (x, y): (f32, f32)) -> f32 {
    start + right * x + down * y
}

/// The plane of least squares. Cells form a grid, so that both slopes are independent.
fn fitted_plane(cells: &[&Cell]) -> [f32; 3] {
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

/// The darkest paper relative to the lightest. The lightest cell of each neighbourhood counts: ink is
/// dark too, but there is paper near it.
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
