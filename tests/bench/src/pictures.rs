//! Valid, unique pictures of the right length, made quickly.

use anyhow::{Context, Result};
use bytes::Bytes;
use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};

/// Lengths of the four pictures: 940 KB together.
pub const LENGTHS: [usize; 4] = [300_000, 320_000, 250_000, 70_000];

/// A JPEG that others are made from.
pub struct Template {
    jpeg: Vec<u8>,
    /// The end of its headers. A camera's headers take the first kilobyte, and a server reads only
    /// those.
    scan: usize,
}

impl Template {
    /// A small picture of noise, shorter than every wanted length.
    pub fn new() -> Result<Self> {
        const SIDE: u32 = 256;
        let mut state = 1_u32;
        let pixels: Vec<u8> = (0..SIDE * SIDE)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .collect();
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 80).encode(
            &pixels,
            SIDE,
            SIDE,
            ExtendedColorType::L8,
        )?;
        let scan = jpeg.windows(2).position(|marker| marker == [0xFF, 0xDA]);
        let scan = scan.context("a picture without a scan")?;
        Ok(Self { jpeg, scan })
    }

    /// A picture of exactly `length` bytes, unique for each `number`: the template with comment segments
    /// before its scan.
    pub fn unique(&self, number: u64, length: usize) -> Bytes {
        let mut picture = Vec::with_capacity(length);
        picture.extend_from_slice(&self.jpeg[..self.scan]);
        let mut missing = length - self.jpeg.len();
        let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        while missing > 0 {
            // A comment's length includes its own two bytes; a rest of fewer than 4 would not fit.
            let whole = if missing > 65_537 + 4 {
                65_537
            } else {
                missing
            };
            picture.extend_from_slice(&[0xFF, 0xFE]);
            picture.extend_from_slice(&u16::try_from(whole - 2).unwrap_or(u16::MAX).to_be_bytes());
            for _ in 0..(whole - 4) / 8 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                picture.extend_from_slice(&state.to_be_bytes());
            }
            picture.resize(picture.len() + (whole - 4) % 8, 0x20);
            missing -= whole;
        }
        picture.extend_from_slice(&self.jpeg[self.scan..]);
        Bytes::from(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unique_picture_opens_and_has_its_length() {
        let template = Template::new().unwrap();
        for length in LENGTHS {
            let picture = template.unique(7, length);
            assert_eq!(picture.len(), length);
            assert_eq!(image::load_from_memory(&picture).unwrap().width(), 256);
            assert_ne!(picture, template.unique(8, length));
        }
    }
}
