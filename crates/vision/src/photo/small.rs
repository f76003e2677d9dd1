//! A picture made smaller, and in grey.

use image::{GrayImage, RgbImage, imageops};
use std::borrow::Cow;

/// The picture with about this longest side: whole squares of pixels are averaged first, which
/// is fast, and only what is still much too large is resampled.
pub(super) fn shrink(picture: &RgbImage, longest: u32) -> Cow<'_, RgbImage> {
    let (width, height) = picture.dimensions();
    let factor = (width.max(height) / longest.max(1)).max(1);
    let averaged = if factor == 1 {
        Cow::Borrowed(picture)
    } else {
        Cow::Owned(average(picture, factor as usize))
    };
    let (width, height) = averaged.dimensions();
    let most = width.max(height);
    if u64::from(most) * 10 <= u64::from(longest) * 12 {
        return averaged;
    }
    let side = |length: u32| (u64::from(length) * u64::from(longest) / u64::from(most)).max(1);
    Cow::Owned(imageops::thumbnail(
        averaged.as_ref(),
        side(width) as u32,
        side(height) as u32,
    ))
}

/// One pixel for each square of `factor` × `factor`.
fn average(picture: &RgbImage, factor: usize) -> RgbImage {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let (across, down) = ((width / factor).max(1), (height / factor).max(1));
    let (columns, rows) = (factor.min(width), factor.min(height));
    let count = (columns * rows).max(1) as u32;
    let pixels = picture.as_raw();
    let mut out = Vec::with_capacity(across * down * 3);
    let mut sums = vec![[0u32; 3]; across];
    for y in 0..down {
        sums.fill([0; 3]);
        for row in 0..rows {
            let line = &pixels[(y * factor + row) * width * 3..][..width * 3];
            for (sum, square) in sums.iter_mut().zip(line.chunks_exact(columns * 3)) {
                for pixel in square.chunks_exact(3) {
                    sum[0] += u32::from(pixel[0]);
                    sum[1] += u32::from(pixel[1]);
                    sum[2] += u32::from(pixel[2]);
                }
            }
        }
        out.extend(sums.iter().flatten().map(|sum| (sum / count) as u8));
    }
    RgbImage::from_raw(across as u32, down as u32, out).expect("as many pixels as squares")
}

/// How light a pixel is.
pub(super) fn luma([r, g, b]: [u8; 3]) -> u8 {
    ((u32::from(r) * 54 + u32::from(g) * 183 + u32::from(b) * 19) >> 8) as u8
}

/// The picture in grey.
pub(super) fn grey(picture: &RgbImage) -> GrayImage {
    let luma = picture
        .as_raw()
        .chunks_exact(3)
        .map(|p| luma([p[0], p[1], p[2]]))
        .collect();
    GrayImage::from_raw(picture.width(), picture.height(), luma)
        .expect("one grey value for each pixel")
}

/// The value below which this share of the values is; they are reordered.
pub(super) fn share_below(values: &mut [f32], share: f32) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let place = ((values.len() - 1) as f32 * share).round() as usize;
    *values.select_nth_unstable_by(place, f32::total_cmp).1
}
