//! The power spectrum of a small square of a picture.

use std::f32::consts::TAU;

/// Side of the square.
pub(super) const SIDE: usize = 64;

/// Tables of a fast Fourier transform of [`SIDE`] values.
pub(super) struct Fourier {
    turns: Vec<(f32, f32)>,
    window: Vec<f32>,
}

impl Fourier {
    pub fn new() -> Self {
        let angle = |nth: usize| TAU * nth as f32 / SIDE as f32;
        Self {
            turns: (0..SIDE / 2)
                .map(|nth| (angle(nth).cos(), -angle(nth).sin()))
                .collect(),
            // A Hann window, so that the border of the square does not count as an edge.
            window: (0..SIDE).map(|nth| 0.5 - 0.5 * angle(nth).cos()).collect(),
        }
    }

    /// The power of each frequency of a square without its mean, row by row: horizontal frequencies
    /// along a row, zero first, vertical ones from row to row.
    pub fn power(&self, square: &[f32]) -> Vec<f32> {
        let mean = square.iter().sum::<f32>() / (SIDE * SIDE) as f32;
        let mut values: Vec<(f32, f32)> = square
            .iter()
            .enumerate()
            .map(|(nth, value)| {
                let window = self.window[nth % SIDE] * self.window[nth / SIDE];
                ((value - mean) * window, 0.0)
            })
            .collect();
        for row in values.chunks_exact_mut(SIDE) {
            self.transform(row);
        }
        let mut column = [(0.0f32, 0.0f32); SIDE];
        for x in 0..SIDE {
            for y in 0..SIDE {
                column[y] = values[y * SIDE + x];
            }
            self.transform(&mut column);
            for y in 0..SIDE {
                values[y * SIDE + x] = column[y];
            }
        }
        values.iter().map(|(re, im)| re * re + im * im).collect()
    }

    /// Transforms [`SIDE`] values in place (radix 2).
    fn transform(&self, values: &mut [(f32, f32)]) {
        let bits = SIDE.trailing_zeros();
        for nth in 0..SIDE {
            let other = nth.reverse_bits() >> (usize::BITS - bits);
            if other > nth {
                values.swap(nth, other);
            }
        }
        let mut half = 1;
        while half < SIDE {
            let stride = SIDE / (2 * half);
            for start in (0..SIDE).step_by(2 * half) {
                for nth in 0..half {
                    let (c, s) = self.turns[nth * stride];
                    let (re, im) = values[start + nth + half];
                    let (re, im) = (re * c - im * s, re * s + im * c);
                    let (low_re, low_im) = values[start + nth];
                    values[start + nth] = (low_re + re, low_im + im);
                    values[start + nth + half] = (low_re - re, low_im - im);
                }
            }
            half *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripes_are_found_at_their_own_frequency() {
        let square: Vec<f32> = (0..SIDE * SIDE)
            .map(|nth| 100.0 + 20.0 * (TAU * 13.0 * (nth % SIDE) as f32 / SIDE as f32).sin())
            .collect();
        let power = Fourier::new().power(&square);
        let strongest = (0..power.len())
            .max_by(|a, b| power[*a].total_cmp(&power[*b]))
            .unwrap();
        assert!(strongest == 13 || strongest == SIDE - 13, "{strongest}");
    }
}
