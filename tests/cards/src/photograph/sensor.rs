//! What lens and sensor do to a picture: blur and noise.

use crate::chance::scatter;
use image::RgbImage;

fn kernel(sigma: f64) -> Vec<f32> {
    let radius = (sigma * 2.6).ceil().max(1.0) as i32;
    let weights: Vec<f64> = (-radius..=radius)
        .map(|at| (-f64::from(at * at) / (2.0 * sigma * sigma)).exp())
        .collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| (weight / sum) as f32).collect()
}

/// One pass along lines of `count` samples that lie `step` values apart, from each of `starts`.
fn pass(
    values: &mut [u8],
    kernel: &[f32],
    starts: impl Iterator<Item = usize>,
    count: usize,
    step: usize,
) {
    let radius = kernel.len() / 2;
    // The line with its ends repeated, so that the inner loop has no edge to look out for.
    let mut line = vec![0f32; count + 2 * radius];
    for start in starts {
        for (place, slot) in line.iter_mut().enumerate() {
            let at = place.saturating_sub(radius).min(count - 1);
            *slot = f32::from(values[start + at * step]);
        }
        for at in 0..count {
            let sum: f32 = line[at..at + kernel.len()]
                .iter()
                .zip(kernel)
                .map(|(value, weight)| value * weight)
                .sum();
            values[start + at * step] = (sum + 0.5) as u8;
        }
    }
}

/// Gaussian blur, `across` pixels from left to right and `down` from top to bottom: unequal
/// ones look like a movement of the hand. Less than a fifth of a pixel is none.
pub(crate) fn blur(image: &mut RgbImage, across: f64, down: f64) {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let values: &mut [u8] = image;
    if across >= 0.2 {
        let rows = (0..height * 3).map(|nth| nth / 3 * width * 3 + nth % 3);
        pass(values, &kernel(across), rows, width, 3);
    }
    if down >= 0.2 {
        pass(values, &kernel(down), 0..width * 3, height, width * 3);
    }
}

/// Noise of this deviation: mostly in the brightness, a little in the colours.
pub(crate) fn noise(image: &mut RgbImage, deviation: f64, seed: u64) {
    // Two bytes added have a deviation of 104.5, and the sum of brightness and colour a
    // little more than the first alone.
    let scale = (deviation / 104.5) as f32;
    for (place, pixel) in image.pixels_mut().enumerate() {
        let bytes =
            scatter(seed ^ (place as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)).to_le_bytes();
        let pair = |at: usize| f32::from(bytes[at]) + f32::from(bytes[at + 1]) - 255.0;
        let bright = pair(0);
        for channel in 0..3 {
            let colour = pair(2 + channel * 2) * 0.35;
            let value = f32::from(pixel.0[channel]) + (bright + colour) * scale;
            pixel.0[channel] = (value + 0.5).clamp(0.0, 255.0) as u8;
        }
    }
}
