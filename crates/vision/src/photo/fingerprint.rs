//! Whether two files are the same picture: a fingerprint that survives another size, another
//! compression and a little more light.

use crate::raster::{downsample, luma::grey, order::quantile};
use image::RgbImage;
use serde::{Deserialize, Serialize};
use std::f32::consts::PI;

/// A perceptual hash of 256 bits: which low frequencies (DCT) of a picture are above their median.
///
/// Two files of one photograph differ in few bits, two photographs of the same card in many.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fingerprint([u64; 4]);

impl std::fmt::Debug for Fingerprint {
    // It identifies pictures of a person, and is as private as the picture.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprint(****)")
    }
}

/// Side of the view that is transformed.
const SIDE: usize = 64;
/// Number of frequencies in each direction.
const SLOW: usize = 16;
/// Its length in bits.
pub const BITS: usize = SLOW * SLOW;

impl Fingerprint {
    /// The fingerprint of a picture.
    pub fn of(picture: &RgbImage) -> Self {
        let small = grey(&downsample::colour(picture, SIDE as u32, SIDE as u32));
        let waves: Vec<f32> = (0..=SLOW)
            .flat_map(|wave| {
                (0..SIDE).map(move |at| (PI * wave as f32 * (at as f32 + 0.5) / SIDE as f32).cos())
            })
            .collect();
        // Across first, for each row; then down.
        let mut rows = vec![0f32; (SLOW + 1) * SIDE];
        for (y, row) in small.as_raw().chunks_exact(SIDE).enumerate() {
            for wave in 0..=SLOW {
                rows[wave * SIDE + y] = row
                    .iter()
                    .zip(&waves[wave * SIDE..])
                    .map(|(value, cos)| f32::from(*value) * cos)
                    .sum();
            }
        }
        let mut strengths = Vec::with_capacity(BITS);
        for across in 1..=SLOW {
            for down in 1..=SLOW {
                strengths.push(
                    rows[across * SIDE..(across + 1) * SIDE]
                        .iter()
                        .zip(&waves[down * SIDE..])
                        .map(|(value, cos)| value * cos)
                        .sum::<f32>(),
                );
            }
        }
        let middle = quantile(&mut strengths.clone(), 0.5);
        let mut bits = [0u64; 4];
        for (nth, strength) in strengths.iter().enumerate() {
            bits[nth / 64] |= u64::from(*strength > middle) << (nth % 64);
        }
        Self(bits)
    }

    /// Number of bits in which two fingerprints differ (Hamming distance).
    pub fn distance(&self, other: &Self) -> u32 {
        self.0
            .iter()
            .zip(&other.0)
            .map(|(one, other)| (one ^ other).count_ones())
            .sum()
    }

    /// Whether they are of the same photograph.
    pub fn is_same_picture(&self, other: &Self) -> bool {
        (self.distance(other) as f32) <= super::thresholds::SAME_PICTURE.at
    }

    /// The fingerprint as it may be stored: its bits permuted and some of them inverted, by numbers
    /// from a secret. Distances do not change, so that stored fingerprints can be compared; without
    /// the secret they cannot be compared with a picture.
    pub fn keyed(&self, mut secret: impl FnMut() -> u64) -> Self {
        let mut order: Vec<usize> = (0..BITS).collect();
        for nth in (1..BITS).rev() {
            let other = (u128::from(secret()) * (nth as u128 + 1)) >> 64;
            order.swap(nth, other as usize);
        }
        let mut bits = [0u64; 4];
        for (nth, from) in order.into_iter().enumerate() {
            bits[nth / 64] |= (self.0[from / 64] >> (from % 64) & 1) << (nth % 64);
        }
        Self(bits.map(|word| word ^ secret()))
    }

    /// As bytes, to be stored.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (eight, word) in bytes.chunks_exact_mut(8).zip(self.0) {
            eight.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// From stored bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let mut words = [0u64; 4];
        for (word, eight) in words.iter_mut().zip(bytes.chunks_exact(8)) {
            let mut whole = [0; 8];
            whole.copy_from_slice(eight);
            *word = u64::from_le_bytes(whole);
        }
        Self(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, imageops};

    fn picture(seed: u32) -> RgbImage {
        RgbImage::from_fn(320, 240, |x, y| {
            let at = (x / 20 * 7 + y / 20 * 13 + seed * 5) * (x / 40 + 3 * seed + 1);
            Rgb([(at % 200) as u8, (at % 150) as u8, 90])
        })
    }

    #[test]
    fn a_smaller_copy_is_the_same_picture_and_another_is_not() {
        let (one, other) = (picture(1), picture(2));
        let print = Fingerprint::of(&one);
        let copy = Fingerprint::of(&imageops::thumbnail(&one, 200, 150));
        assert!(print.is_same_picture(&copy), "{}", print.distance(&copy));
        let other = Fingerprint::of(&other);
        assert!(!print.is_same_picture(&other), "{}", print.distance(&other));
        assert_eq!(Fingerprint::from_bytes(print.to_bytes()), print);
        Fingerprint::of(&RgbImage::new(1, 1));
    }

    #[test]
    fn the_stored_form_keeps_distances_and_nothing_else() {
        let secret = |start: u64| {
            let mut state = start;
            move || {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                state ^ state >> 29
            }
        };
        let (one, other) = (Fingerprint::of(&picture(1)), Fingerprint::of(&picture(3)));
        let (a, b) = (one.keyed(secret(7)), other.keyed(secret(7)));
        assert_eq!(a.distance(&b), one.distance(&other));
        assert!(a.distance(&one) > 60 && a.distance(&one.keyed(secret(8))) > 60);
    }
}
