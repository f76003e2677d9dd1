//! Where the printed card is in the picture, by its fine detail.

use image::GrayImage;

/// The area with detail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detail {
    /// The share of squares with detail.
    pub share: f32,
    /// Left, top, right and bottom of the detail, as shares of the picture.
    pub bounds: [f32; 4],
}

impl Detail {
    /// The share of the picture within the bounds.
    pub fn span(&self) -> f32 {
        let [left, top, right, bottom] = self.bounds;
        (right - left).max(0.0) * (bottom - top).max(0.0)
    }

    /// Whether there is print at the rim of the picture.
    pub fn at_rim(&self) -> bool {
        let [left, top, right, bottom] = self.bounds;
        left.min(top).min(1.0 - right).min(1.0 - bottom) < 0.02
    }
}

/// Side of the squares, in pixels of the small view.
const BLOCK: u32 = 8;
/// Least difference of neighbours in print; the grain of a table differs less.
const PRINT: u8 = 22;
/// Least number of such neighbours in a square of print.
const ENOUGH: u32 = 8;

/// Finds the print in a small view.
pub(super) fn detail(luma: &GrayImage) -> Detail {
    let (across, down) = (luma.width() / BLOCK, luma.height() / BLOCK);
    let mut columns = vec![0u32; across as usize];
    let mut rows = vec![0u32; down as usize];
    let mut all = 0u32;
    for v in 0..down {
        for u in 0..across {
            if is_print(luma, u * BLOCK, v * BLOCK) {
                columns[u as usize] += 1;
                rows[v as usize] += 1;
                all += 1;
            }
        }
    }
    let (left, right) = middle_of(&columns, all);
    let (top, bottom) = middle_of(&rows, all);
    Detail {
        share: all as f32 / (across * down).max(1) as f32,
        bounds: [left, top, right, bottom],
    }
}

fn is_print(luma: &GrayImage, x: u32, y: u32) -> bool {
    let mut edges = 0;
    for v in y..y + BLOCK {
        for u in x..x + BLOCK - 1 {
            let (one, next) = (luma.get_pixel(u, v).0[0], luma.get_pixel(u + 1, v).0[0]);
            edges += u32::from(one.abs_diff(next) >= PRINT);
        }
    }
    edges >= ENOUGH
}

/// The range of the middle 94 %, as shares: stray squares at the rim do not count.
fn middle_of(counts: &[u32], all: u32) -> (f32, f32) {
    let stray = all * 3 / 100;
    let from = |counts: &mut dyn Iterator<Item = &u32>| {
        let mut sum = 0;
        for (place, count) in counts.enumerate() {
            sum += count;
            if sum > stray {
                return Some(place);
            }
        }
        None
    };
    let length = counts.len().max(1) as f32;
    let first = from(&mut counts.iter()).unwrap_or(0);
    let last = from(&mut counts.iter().rev()).unwrap_or(counts.len());
    (first as f32 / length, (counts.len() - last) as f32 / length)
}
