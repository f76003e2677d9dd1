//! A picture at the scales that the steps ask for, each made once.

use image::GrayImage;
use std::cell::OnceCell;

/// The largest side that most steps work on.
const FIT: u32 = 2048;
/// The largest side on which finder patterns are searched in grey levels: the pixels of a
/// live frame.
const SEARCH: u32 = 1280;

/// One picture in grey.
pub(super) struct Scene<'a> {
    native: &'a GrayImage,
    fit: OnceCell<GrayImage>,
    half: OnceCell<GrayImage>,
    search: OnceCell<GrayImage>,
}

impl<'a> Scene<'a> {
    pub fn new(native: &'a GrayImage) -> Self {
        Self {
            native,
            fit: OnceCell::new(),
            half: OnceCell::new(),
            search: OnceCell::new(),
        }
    }

    /// The picture as it came.
    pub fn native(&self) -> &GrayImage {
        self.native
    }

    /// The picture, made smaller if a side is longer than [`FIT`], and its scale.
    pub fn fit(&self) -> (&GrayImage, f32) {
        let longest = self.native.width().max(self.native.height());
        if longest <= FIT {
            return (self.native, 1.0);
        }
        let fit = self.fit.get_or_init(|| smaller(self.native, FIT));
        (fit, fit.width() as f32 / self.native.width() as f32)
    }

    /// The picture, made smaller if a side is longer than [`SEARCH`], and its scale.
    pub fn search(&self) -> (&GrayImage, f32) {
        let longest = self.native.width().max(self.native.height());
        if longest <= SEARCH {
            return (self.native, 1.0);
        }
        let search = self.search.get_or_init(|| smaller(self.native, SEARCH));
        (search, search.width() as f32 / self.native.width() as f32)
    }

    /// Half of [`Scene::fit`], and its scale.
    pub fn half(&self) -> (&GrayImage, f32) {
        let half = self.half.get_or_init(|| {
            let (fit, _) = self.fit();
            smaller(fit, fit.width().max(fit.height()) / 2)
        });
        (half, half.width() as f32 / self.native.width() as f32)
    }
}

/// The picture with this longest side, each pixel the mean of those it stands for.
pub(super) fn smaller(luma: &GrayImage, longest: u32) -> GrayImage {
    let (width, height) = luma.dimensions();
    let most = width.max(height).max(1);
    let side = |length: u32| {
        let scaled = u64::from(length) * u64::from(longest) / u64::from(most);
        u32::try_from(scaled)
            .unwrap_or(u32::MAX)
            .clamp(1, length.max(1))
    };
    averaged(luma, side(width), side(height))
}

/// Which pixels in a row one smaller pixel stands for, and with which share of 256 each.
struct Span {
    first: usize,
    shares: Vec<u16>,
}

/// The pixels that each of `to` stands for, of `from`; `to` is not more.
fn spans(from: usize, to: usize) -> Vec<Span> {
    let step = from as f64 / to as f64;
    (0..to)
        .map(|nth| {
            let (start, end) = (nth as f64 * step, (nth + 1) as f64 * step);
            let first = (start as usize).min(from - 1);
            let last = (end.ceil() as usize).clamp(first + 1, from);
            let mut shares: Vec<u16> = (first..last)
                .map(|at| {
                    let covered = end.min((at + 1) as f64) - start.max(at as f64);
                    (covered.max(0.0) / step * 256.0) as u16
                })
                .collect();
            // What rounding took away goes to the middle.
            let middle = shares.len() / 2;
            let rest = 256 - shares.iter().sum::<u16>();
            shares[middle] += rest;
            Span { first, shares }
        })
        .collect()
}

/// Rows first, which the processor does many pixels at a time: a picture of 12 megapixels takes
/// as long as one look at each.
fn averaged(luma: &GrayImage, wide: u32, high: u32) -> GrayImage {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    if width == 0 || height == 0 {
        return luma.clone();
    }
    let (columns, rows) = (spans(width, wide as usize), spans(height, high as usize));
    let mut row = vec![0u16; width];
    let mut pixels = Vec::with_capacity(columns.len() * rows.len());
    for down in &rows {
        row.fill(0);
        let lines = luma.as_raw()[down.first * width..].chunks_exact(width);
        for (line, share) in lines.zip(&down.shares) {
            for (sum, pixel) in row.iter_mut().zip(line) {
                // The shares add up to 256: the sum fits.
                *sum += u16::from(*pixel) * share;
            }
        }
        pixels.extend(columns.iter().map(|across| {
            let seen = row[across.first..].iter().zip(&across.shares);
            let sum: u32 = seen
                .map(|(value, share)| u32::from(*value) * u32::from(*share))
                .sum();
            ((sum + (1 << 15)) >> 16) as u8
        }));
    }
    GrayImage::from_raw(wide, high, pixels).expect("a pixel for each place")
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn each_pixel_is_the_mean_of_those_it_stands_for() {
        let luma = GrayImage::from_fn(8, 4, |x, y| Luma([(x * 16 + y * 30) as u8]));
        let half = smaller(&luma, 4);
        assert_eq!(half.dimensions(), (4, 2));
        // 0, 16, 30 and 46.
        assert_eq!(half.get_pixel(0, 0).0[0], 23);
        let two_thirds = smaller(&GrayImage::from_pixel(300, 201, Luma([200])), 200);
        assert_eq!(two_thirds.dimensions(), (200, 134));
        assert!(two_thirds.as_raw().iter().all(|grey| *grey == 200));
        let step = GrayImage::from_fn(3, 3, |x, _| Luma([if x == 0 { 90 } else { 0 }]));
        // A pixel and a half each: two thirds of the first are of the left column.
        assert_eq!(smaller(&step, 2).as_raw(), &[60, 0, 60, 0]);
    }

    #[test]
    fn one_pixel_none_and_what_is_small_enough_stay() {
        assert_eq!(smaller(&GrayImage::new(0, 0), 100).dimensions(), (0, 0));
        assert_eq!(smaller(&GrayImage::new(1, 1), 100).dimensions(), (1, 1));
        assert_eq!(
            smaller(&GrayImage::new(5_000, 1), 100).dimensions(),
            (100, 1)
        );
    }
}
