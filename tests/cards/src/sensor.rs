//! Blur of the lens and noise of the sensor.

use crate::chance::scatter;
use image::RgbImage;
use std::collections::VecDeque;

fn kernel(sigma: f64) -> Vec<f32> {
    let radius = (sigma * 2.6).ceil().max(1.0) as i32;
    let weights: Vec<f64> = (-radius..=radius)
        .map(|at| (-f64::from(at * at) / (2.0 * sigma * sigma)).exp())
        .collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| (weight / sum) as f32).collect()
}

/// Adds `weight` times each of `values` to the sums.
fn add(sums: &mut [f32], values: &[u8], weight: f32) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += weight * f32::from(*value);
    }
}

fn store(values: &mut [u8], sums: &[f32]) {
    for (value, sum) in values.iter_mut().zip(sums) {
        *value = (sum + 0.5) as u8;
    }
}

/// Blurs each row.
fn blur_across(values: &mut [u8], row: usize, kernel: &[f32]) {
    let radius = kernel.len() / 2;
    let mut sums = vec![0f32; row];
    // The row with its ends repeated, so that the inner loop needs no checks at the edges.
    let mut wide = vec![0u8; row + 6 * radius];
    for line in values.chunks_exact_mut(row) {
        for pixel in 0..radius {
            wide[pixel * 3..][..3].copy_from_slice(&line[..3]);
            wide[row + (radius + pixel) * 3..][..3].copy_from_slice(&line[row - 3..]);
        }
        wide[3 * radius..][..row].copy_from_slice(line);
        sums.fill(0.0);
        for (nth, weight) in kernel.iter().enumerate() {
            add(&mut sums, &wide[nth * 3..], *weight);
        }
        store(line, &sums);
    }
}

/// Each row with those above and below it, row by row: going down the columns instead would
/// miss the cache at every pixel.
fn blur_down(values: &mut [u8], row: usize, kernel: &[f32]) {
    let radius = kernel.len() / 2;
    let height = values.len() / row;
    let copy = |values: &[u8], y: usize| values[y.min(height - 1) * row..][..row].to_vec();
    // As they were: those above have been overwritten by the time they are needed.
    let mut window: VecDeque<Vec<u8>> = (0..kernel.len())
        .map(|nth| copy(values, nth.saturating_sub(radius)))
        .collect();
    let mut sums = vec![0f32; row];
    for y in 0..height {
        sums.fill(0.0);
        for (line, weight) in window.iter().zip(kernel) {
            add(&mut sums, line, *weight);
        }
        store(&mut values[y * row..][..row], &sums);
        window.pop_front();
        window.push_back(copy(values, y + 1 + radius));
    }
}

/// Gaussian blur, `across` pixels from left to right and `down` from top to bottom: unequal
/// ones look like a movement of the hand. Less than a fifth of a pixel is none.
pub(crate) fn blur(image: &mut RgbImage, across: f64, down: f64) {
    let row = image.width() as usize * 3;
    let values: &mut [u8] = image;
    if across >= 0.2 {
        blur_across(values, row, &kernel(across));
    }
    if down >= 0.2 {
        blur_down(values, row, &kernel(down));
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

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn blur_spreads_a_point_and_keeps_its_light_and_its_colour() {
        let mut image = RgbImage::new(21, 15);
        image.put_pixel(10, 7, Rgb([250, 0, 125]));
        blur(&mut image, 1.2, 0.8);
        let sum = |channel: usize| -> u32 {
            image
                .pixels()
                .map(|pixel| u32::from(pixel.0[channel]))
                .sum()
        };
        assert!((230..270).contains(&sum(0)), "{}", sum(0));
        assert_eq!(sum(1), 0);
        let at = |x, y| image.get_pixel(x, y).0[0];
        assert!(at(10, 7) > at(9, 7) && at(9, 7) > at(8, 7) && at(8, 7) > 0);
        // Wider across than down, and the same on both sides.
        assert!(at(12, 7) > at(10, 9));
        assert_eq!((at(9, 7), at(10, 6)), (at(11, 7), at(10, 8)));
        let mut flat = RgbImage::from_pixel(9, 9, Rgb([90, 120, 200]));
        blur(&mut flat, 2.0, 2.0);
        assert!(flat.pixels().all(|pixel| pixel.0 == [90, 120, 200]));
    }
}
