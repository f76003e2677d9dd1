//! Sharpness: the steepness of edges.

use image::GrayImage;

/// Number of pixels over which an edge is measured.
const REACH: usize = 4;

/// Steepness of the strongest edges in the middle four fifths of a picture: the step between
/// neighbours as a share of the step over four pixels. It is 1 for a perfect edge and a quarter for
/// an endless slope.
///
/// Only the strongest hundredth of the edges counts, so that plain paper and sensor noise do not.
/// `None` where there are no edges.
pub(super) fn steepness(luma: &GrayImage) -> Option<f32> {
    let (width, height) = (luma.width() as f32, luma.height() as f32);
    if width < 64.0 || height < 64.0 {
        return None;
    }
    let tenth = (width / 10.0, height / 10.0);
    steepness_in(luma, [tenth.0, tenth.1, width - tenth.0, height - tenth.1])
}

/// As [`steepness`], within left, top, right and bottom in pixels.
pub(super) fn steepness_in(luma: &GrayImage, bounds: [f32; 4]) -> Option<f32> {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let [left, top, right, bottom] = bounds.map(|at| at.max(0.0) as usize);
    let (right, bottom) = (right.min(width), bottom.min(height));
    if right < left + 24 || bottom < top + 8 {
        return None;
    }
    let pixels = luma.as_raw();
    let mut far = [0u32; 256];
    let rows = (top..bottom).step_by(2);
    let row = |y: usize| &pixels[y * width + left..y * width + right];
    for y in rows.clone() {
        for window in row(y).windows(REACH + 1) {
            far[usize::from(window[0].abs_diff(window[REACH]))] += 1;
        }
    }
    let strong = top_hundredth(&far);
    if strong < LEAST_STEP {
        return None;
    }
    // The steepest step of each of those edges.
    let (mut sum, mut count) = (0.0f64, 0u32);
    for y in rows {
        for window in row(y).windows(REACH + 1) {
            let step = window[0].abs_diff(window[REACH]);
            if usize::from(step) >= strong {
                let steepest = window
                    .windows(2)
                    .map(|pair| pair[0].abs_diff(pair[1]))
                    .max();
                sum += f64::from(steepest.unwrap_or(0)) / f64::from(step);
                count += 1;
            }
        }
    }
    Some((sum / f64::from(count.max(1))) as f32)
}

/// Least step of an edge: a weaker one may be a stain on the table.
const LEAST_STEP: usize = 24;

fn top_hundredth(histogram: &[u32; 256]) -> usize {
    let all: u64 = histogram.iter().copied().map(u64::from).sum();
    let mut above = 0;
    for (step, count) in histogram.iter().enumerate().rev() {
        above += u64::from(*count);
        if above * 100 >= all {
            return step;
        }
    }
    0
}
