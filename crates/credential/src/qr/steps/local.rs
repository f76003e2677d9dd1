//! Black and white by the mean around each pixel, for a shadow's edge or light from one side.

use super::Step;
use crate::qr::{
    found::Found,
    locate::{Frame, read_all},
    scene::Scene,
};
use image::GrayImage;
use rxing::common::BitMatrix;

/// Half the window, as parts of the longer side: about a finder pattern of the small code, and
/// about one of a code that fills the picture.
const PARTS: [u32; 2] = [96, 24];
/// A pixel is black when it is this many hundredths darker than its surroundings.
const DARKER: u64 = 7;

pub(super) fn run(scene: &Scene, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    let (luma, scale) = scene.fit();
    for parts in PARTS {
        if should_stop() || found.is_enough() || found.is_busy() {
            return;
        }
        let reach = (luma.width().max(luma.height()) / parts).max(5);
        if let Some(bits) = by_local_mean(luma, reach) {
            let frame = Frame::whole(scale);
            read_all(&bits, frame, Step::LocalThreshold, should_stop, found);
        }
    }
}

/// Splits at a little below the mean of the square that reaches this far around each pixel.
pub(in crate::qr) fn by_local_mean(luma: &GrayImage, reach: u32) -> Option<BitMatrix> {
    let (width, height) = luma.dimensions();
    if width < 21 || height < 21 {
        return None;
    }
    let mut bits = BitMatrix::new(width, height).ok()?;
    for_each_mean(luma, reach, |x, y, value, sum, count| {
        if u64::from(value) * count * 100 < sum * (100 - DARKER) {
            bits.set(x as u32, y as u32);
        }
    });
    Some(bits)
}

/// Hands over each pixel with the sum and the count of the square that reaches this far
/// around it.
pub(in crate::qr) fn for_each_mean(
    luma: &GrayImage,
    reach: u32,
    mut take: impl FnMut(usize, usize, u8, u64, u64),
) {
    let (w, h) = (luma.width() as usize, luma.height() as usize);
    let reach = reach as usize;
    let pixels = luma.as_raw();
    // Sums of each column over the rows of the window, moved down a row at a time.
    let mut columns = vec![0u32; w];
    for row in pixels.chunks_exact(w.max(1)).take(reach) {
        add(&mut columns, row);
    }
    for y in 0..h {
        if y + reach < h {
            add(&mut columns, &pixels[(y + reach) * w..][..w]);
        }
        if y > reach {
            let gone = &pixels[(y - reach - 1) * w..][..w];
            for (sum, value) in columns.iter_mut().zip(gone) {
                *sum -= u32::from(*value);
            }
        }
        let rows = (y + reach).min(h - 1) - y.saturating_sub(reach) + 1;
        let mut sum: u64 = columns[..reach.min(w)].iter().copied().map(u64::from).sum();
        for x in 0..w {
            if x + reach < w {
                sum += u64::from(columns[x + reach]);
            }
            if x > reach {
                sum -= u64::from(columns[x - reach - 1]);
            }
            let across = (x + reach).min(w - 1) - x.saturating_sub(reach) + 1;
            take(x, y, pixels[y * w + x], sum, (rows * across) as u64);
        }
    }
}

fn add(columns: &mut [u32], row: &[u8]) {
    for (sum, value) in columns.iter_mut().zip(row) {
        *sum += u32::from(*value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_the_square_around_each_pixel() {
        let luma = GrayImage::from_fn(40, 30, |x, y| {
            image::Luma([((x * 37 + y * 91) % 251) as u8])
        });
        let bits = by_local_mean(&luma, 5).unwrap();
        for (x, y, pixel) in luma.enumerate_pixels() {
            let (left, right) = (x.saturating_sub(5), (x + 5).min(39));
            let (top, bottom) = (y.saturating_sub(5), (y + 5).min(29));
            let mut sum = 0;
            for v in top..=bottom {
                for u in left..=right {
                    sum += u64::from(luma.get_pixel(u, v).0[0]);
                }
            }
            let count = u64::from((right - left + 1) * (bottom - top + 1));
            let black = u64::from(pixel.0[0]) * count * 100 < sum * (100 - DARKER);
            assert_eq!(bits.get(x, y), black, "{x} {y}");
        }
    }
}
