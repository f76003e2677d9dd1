//! Smaller pictures by area averaging: each pixel is the mean of the area that it covers, so that
//! nothing finer than a pixel leaves a pattern (no aliasing).

use image::{GrayImage, RgbImage};
use std::ops::Range;

/// The pixels that one smaller pixel covers along one axis.
struct Span {
    first: usize,
    /// The share of each of them in 256ths; together they are 256.
    shares: Vec<u16>,
}

/// Divides the pixels `from` among `to` others. Where `to` are more, a pixel is shared out.
fn spans(from: Range<usize>, to: usize) -> Vec<Span> {
    let step = from.len() as f64 / to as f64;
    (0..to)
        .map(|nth| {
            let (start, end) = (nth as f64 * step, (nth + 1) as f64 * step);
            let first = (start as usize).min(from.len() - 1);
            let last = (end.ceil() as usize).clamp(first + 1, from.len());
            // Rounding the running sum, not each share, keeps the total at 256.
            let until = |at: usize| {
                let covered = end.min(at as f64) - start;
                (covered / step * 256.0).round().clamp(0.0, 256.0) as u16
            };
            let shares = (first..last).map(|at| until(at + 1) - until(at));
            Span {
                first: from.start + first,
                shares: shares.collect(),
            }
        })
        .collect()
}

/// Averages the part `columns` × `rows` of a picture whose rows have `stride` pixels of `N`
/// channels down to `wide` × `high` pixels. `finish` takes each mean in 65,536ths.
///
/// Rows are averaged first, which the processor does many pixels at a time: a picture of 12
/// megapixels costs one pass over its bytes.
fn averaged<const N: usize, T>(
    raw: &[u8],
    stride: usize,
    (columns, rows): (Range<usize>, Range<usize>),
    (wide, high): (usize, usize),
    finish: impl Fn(u32) -> T,
) -> Vec<T> {
    if columns.is_empty() || rows.is_empty() || wide == 0 || high == 0 {
        return Vec::new();
    }
    let (left, width) = (columns.start, columns.len());
    let (across, down) = (spans(0..width, wide), spans(rows, high));
    let mut row = vec![0u16; width * N];
    let mut means = Vec::with_capacity(wide * high * N);
    for below in &down {
        row.fill(0);
        for (line, share) in below.shares.iter().enumerate() {
            let start = ((below.first + line) * stride + left) * N;
            for (sum, value) in row.iter_mut().zip(&raw[start..][..width * N]) {
                // The shares add up to 256: the sum fits.
                *sum += u16::from(*value) * share;
            }
        }
        let (pixels, _) = row.as_chunks::<N>();
        for span in &across {
            let seen = pixels[span.first..].iter().zip(&span.shares);
            let sums = seen.fold([0u32; N], |mut sums, (values, share)| {
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += u32::from(*value) * u32::from(*share);
                }
                sums
            });
            means.extend(sums.map(&finish));
        }
    }
    means
}

fn rounded(mean: u32) -> u8 {
    ((mean + (1 << 15)) >> 16) as u8
}

/// A grey picture at this size.
pub(crate) fn grey(luma: &GrayImage, wide: u32, high: u32) -> GrayImage {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let size = (wide as usize, high as usize);
    let pixels = averaged::<1, _>(luma.as_raw(), width, (0..width, 0..height), size, rounded);
    // Of a picture without pixels there are no means: it stays black.
    GrayImage::from_raw(wide, high, pixels).unwrap_or_else(|| GrayImage::new(wide, high))
}

/// One pixel for each whole square of `factor` × `factor` pixels: its mean, rounded down. Pixels
/// beyond the last whole square of a side are left out.
pub(crate) fn squares(luma: &GrayImage, factor: u32) -> GrayImage {
    let factor = factor.max(1);
    let (wide, high) = (luma.width() / factor, luma.height() / factor);
    let stride = (luma.width() as usize).max(1);
    let (side, across) = (factor as usize, (wide * factor) as usize);
    let mut sums = vec![0u32; wide as usize];
    let mut means = Vec::with_capacity(wide as usize * high as usize);
    for band in luma
        .as_raw()
        .chunks_exact(stride * side)
        .take(high as usize)
    {
        sums.fill(0);
        for line in band.chunks_exact(stride) {
            for (sum, square) in sums.iter_mut().zip(line[..across].chunks_exact(side)) {
                *sum += square.iter().map(|value| u32::from(*value)).sum::<u32>();
            }
        }
        means.extend(sums.iter().map(|sum| (sum / (factor * factor)) as u8));
    }
    GrayImage::from_raw(wide, high, means).unwrap_or_else(|| GrayImage::new(wide, high))
}

/// A colour picture at this size.
pub(crate) fn colour(picture: &RgbImage, wide: u32, high: u32) -> RgbImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let size = (wide as usize, high as usize);
    let pixels = averaged::<3, _>(
        picture.as_raw(),
        width,
        (0..width, 0..height),
        size,
        rounded,
    );
    RgbImage::from_raw(wide, high, pixels).unwrap_or_else(|| RgbImage::new(wide, high))
}

/// A part of a grey picture at `size`, with the means as they are instead of rounded ones.
pub(crate) fn exact(
    luma: &GrayImage,
    part: (Range<usize>, Range<usize>),
    size: (usize, usize),
) -> Vec<f32> {
    averaged::<1, _>(luma.as_raw(), luma.width() as usize, part, size, |mean| {
        mean as f32 / 65_536.0
    })
}

/// The size whose longer side is `longest`, in proportion; the size itself where it is not longer.
pub(crate) fn size_within((width, height): (u32, u32), longest: u32) -> (u32, u32) {
    let most = width.max(height).max(1);
    let side = |length: u32| {
        let scaled = u64::from(length) * u64::from(longest) / u64::from(most);
        u32::try_from(scaled)
            .unwrap_or(u32::MAX)
            .clamp(length.min(1), length)
    };
    (side(width), side(height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Luma, Rgb};

    fn within(luma: &GrayImage, longest: u32) -> GrayImage {
        let (wide, high) = size_within(luma.dimensions(), longest);
        grey(luma, wide, high)
    }

    #[test]
    fn each_pixel_is_the_mean_of_the_area_that_it_covers() {
        let luma = GrayImage::from_fn(8, 4, |x, y| Luma([(x * 16 + y * 30) as u8]));
        let half = within(&luma, 4);
        assert_eq!(half.dimensions(), (4, 2));
        // 0, 16, 30 and 46.
        assert_eq!(half.get_pixel(0, 0).0[0], 23);
        let two_thirds = within(&GrayImage::from_pixel(300, 201, Luma([200])), 200);
        assert_eq!(two_thirds.dimensions(), (200, 134));
        assert!(two_thirds.as_raw().iter().all(|grey| *grey == 200));
        let step = GrayImage::from_fn(3, 3, |x, _| Luma([if x == 0 { 90 } else { 0 }]));
        // A pixel and a half each: two thirds of the first belong to the left column.
        assert_eq!(within(&step, 2).as_raw(), &[60, 0, 60, 0]);
    }

    #[test]
    fn shares_add_up_and_are_even_at_every_ratio() {
        for from in 1..300usize {
            for to in [1, 2, 3, 7, 100, from / 2, from] {
                if to == 0 {
                    continue;
                }
                for span in spans(0..from, to) {
                    assert_eq!(span.shares.iter().sum::<u16>(), 256, "{from} {to}");
                    assert!(span.first + span.shares.len() <= from, "{from} {to}");
                    if from % to == 0 {
                        let most = span.shares.iter().max().unwrap();
                        let least = span.shares.iter().min().unwrap();
                        assert!(most - least <= 1, "{from} {to} {:?}", span.shares);
                    }
                }
            }
        }
    }

    #[test]
    fn colours_keep_their_channels_and_parts_their_fractions() {
        let picture = RgbImage::from_fn(6, 4, |x, y| Rgb([(x * 10) as u8, (y * 20) as u8, 9]));
        let small = colour(&picture, 3, 2);
        assert_eq!(small.get_pixel(1, 1).0, [25, 50, 9]);
        let luma = GrayImage::from_fn(8, 8, |x, y| Luma([(x + y) as u8]));
        assert_eq!(exact(&luma, (1..5, 2..6), (2, 2)), [4.0, 6.0, 6.0, 8.0]);
        assert_eq!(exact(&luma, (0..2, 0..1), (1, 1)), [0.5]);
        let pair = GrayImage::from_raw(2, 1, vec![4, 5]).unwrap();
        assert_eq!(grey(&pair, 1, 1).as_raw(), &[5]);
    }

    #[test]
    fn squares_are_whole_and_their_means_exact_and_rounded_down() {
        let luma = GrayImage::from_fn(7, 5, |x, y| Luma([(x * 10 + y) as u8]));
        let small = squares(&luma, 2);
        assert_eq!(small.dimensions(), (3, 2));
        // 0, 10, 1 and 11 are 5.5 on average; the seventh column and the fifth row are in none.
        assert_eq!(small.as_raw(), &[5, 25, 45, 7, 27, 47]);
        assert_eq!(squares(&luma, 1), luma);
        assert_eq!(squares(&luma, 6).dimensions(), (1, 0));
        assert_eq!(squares(&GrayImage::new(0, 5), 2).dimensions(), (0, 2));
        // 4032 pixels in squares of five: in 256ths a square's shares are not even, its mean is.
        let even = GrayImage::from_pixel(4032, 5, Luma([201]));
        assert!(squares(&even, 5).as_raw().iter().all(|grey| *grey == 201));
    }

    #[test]
    fn one_pixel_none_and_what_is_small_enough_stay() {
        assert_eq!(within(&GrayImage::new(0, 0), 100).dimensions(), (0, 0));
        assert_eq!(within(&GrayImage::new(1, 1), 100).dimensions(), (1, 1));
        assert_eq!(
            within(&GrayImage::new(5_000, 1), 100).dimensions(),
            (100, 1)
        );
        let black = grey(&GrayImage::new(0, 5), 3, 2);
        assert_eq!(black, GrayImage::new(3, 2));
        let one = GrayImage::from_pixel(1, 1, Luma([77]));
        assert!(grey(&one, 8, 8).as_raw().iter().all(|grey| *grey == 77));
    }
}
