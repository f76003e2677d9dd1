//! Brightness, overexposure and reflections.

use image::GrayImage;

/// The light in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// Mean level of the middle of the picture, 0 to 255.
    pub mean: f32,
    /// The 90 % quantile of the middle: the brightness of the paper.
    pub paper: u8,
    /// The overexposed share of the middle.
    pub burnt: f32,
    /// The share of the middle's squares that are overexposed as a whole.
    pub glare: f32,
}

/// From this level on a pixel is overexposed.
const BURNT: u8 = 250;
/// Side of the squares, in pixels of the small view.
const BLOCK: u32 = 8;

/// Measures the middle four fifths of a small view.
pub(super) fn measure(luma: &GrayImage) -> Light {
    let (width, height) = luma.dimensions();
    let (left, top) = (width / 10, height / 10);
    let (right, bottom) = (width - left, height - top);
    let mut histogram = [0u64; 256];
    let mut sum = 0u64;
    for y in top..bottom {
        for x in left..right {
            let value = luma.get_pixel(x, y).0[0];
            histogram[usize::from(value)] += 1;
            sum += u64::from(value);
        }
    }
    let count = histogram.iter().sum::<u64>().max(1);
    let mut below = 0;
    let paper = histogram
        .iter()
        .position(|pixels| {
            below += pixels;
            below * 10 >= count * 9
        })
        .unwrap_or(255);
    let burnt: u64 = histogram[usize::from(BURNT)..].iter().sum();
    Light {
        mean: sum as f32 / count as f32,
        paper: u8::try_from(paper).unwrap_or(u8::MAX),
        burnt: burnt as f32 / count as f32,
        glare: glare(luma, (left, top, right, bottom)),
    }
}

/// The share of squares that are overexposed as a whole.
fn glare(luma: &GrayImage, (left, top, right, bottom): (u32, u32, u32, u32)) -> f32 {
    let mut all = 0u32;
    let mut burnt = 0u32;
    for y in (top..bottom.saturating_sub(BLOCK)).step_by(BLOCK as usize) {
        for x in (left..right.saturating_sub(BLOCK)).step_by(BLOCK as usize) {
            all += 1;
            let whole = (0..BLOCK)
                .flat_map(|v| (0..BLOCK).map(move |u| (x + u, y + v)))
                .all(|(u, v)| luma.get_pixel(u, v).0[0] >= BURNT - 4);
            burnt += u32::from(whole);
        }
    }
    burnt as f32 / all.max(1) as f32
}
