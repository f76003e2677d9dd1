//! The bezel of a screen: straight lines beyond the card with a bright area inside of them and an
//! even, nearly black band outside.

use super::lines::{Edges, Line, lines};
use crate::raster::{Point, luma::luma};
use image::RgbImage;

/// Greatest brightness of a bezel: black plastic in an ordinary room.
const DARK: f32 = 38.0;
/// Greatest standard deviation of its brightness.
const EVEN: f32 = 9.0;
/// Distances from the line at which the band must be dark: a narrower band is a seam.
const WIDTHS: [f32; 2] = [3.0, 7.0];

/// Number of sides of the picture with a bezel. `corners` are the card's, as shares of the picture:
/// its own sides do not count.
pub(super) fn bezel(small: &RgbImage, edges: &Edges, corners: Option<&[Point; 4]>) -> u8 {
    let (width, height) = (small.width() as f32, small.height() as f32);
    if width < 60.0 || height < 60.0 {
        return 0;
    }
    let middle = match corners {
        Some(corners) => {
            let sum = corners
                .iter()
                .fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / 4.0, sum.1 + p.1 / 4.0));
            (sum.0 * width, sum.1 * height)
        }
        None => (width / 2.0, height / 2.0),
    };
    let found = lines(edges, 24);
    let mut sides = [false; 4];
    for line in found {
        // Outwards is away from the middle.
        let from_middle = line.offset - middle.0 * line.normal.0 - middle.1 * line.normal.1;
        let out = if from_middle > 0.0 { 1.0 } else { -1.0 };
        let normal = (line.normal.0 * out, line.normal.1 * out);
        let own = corners.is_some_and(|corners| {
            corners.iter().any(|(x, y)| {
                let off = x * width * line.normal.0 + y * height * line.normal.1 - line.offset;
                off * out > -4.0
            })
        });
        if from_middle.abs() > 12.0 && !own && is_frame(small, &line, normal) {
            let side = match normal {
                (x, y) if x.abs() > y.abs() => usize::from(x > 0.0),
                (_, y) => 2 + usize::from(y > 0.0),
            };
            sides[side] = true;
        }
    }
    sides.iter().map(|side| u8::from(*side)).sum()
}

/// Whether most of the line has a bright area inside and an even dark band outside.
fn is_frame(small: &RgbImage, line: &Line, normal: (f32, f32)) -> bool {
    let along = (-line.normal.1, line.normal.0);
    let base = (line.normal.0 * line.offset, line.normal.1 * line.offset);
    let length = (small.width() + small.height()) as i32;
    let value = |x: f32, y: f32| {
        let inside = x >= 0.0 && y >= 0.0 && x < small.width() as f32 && y < small.height() as f32;
        inside.then(|| f32::from(luma(small.get_pixel(x as u32, y as u32).0)))
    };
    let (mut seen, mut framed) = (0u32, 0u32);
    let (mut sum, mut squares, mut count) = (0.0f32, 0.0f32, 0.0f32);
    for at in (-length..length).step_by(4) {
        let (x, y) = (base.0 + along.0 * at as f32, base.1 + along.1 * at as f32);
        let off = |by: f32| value(x + normal.0 * by, y + normal.1 * by);
        let (Some(before), Some(near), Some(far)) = (off(-4.0), off(WIDTHS[0]), off(WIDTHS[1]))
        else {
            continue;
        };
        seen += 1;
        if near < DARK && far < DARK && before > near + 22.0 {
            framed += 1;
            for one in [near, far] {
                sum += one;
                squares += one * one;
                count += 1.0;
            }
        }
    }
    let mean = sum / count.max(1.0);
    let spread = (squares / count.max(1.0) - mean * mean).max(0.0).sqrt();
    seen > 14 && framed * 10 > seen * 6 && spread < EVEN
}
