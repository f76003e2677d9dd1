//! Places that look like a code, cut out, enlarged and sharpened: a small code far away, or
//! one a little out of focus.

use super::{Step, local::by_local_mean};
use crate::qr::{
    found::{Found, Located},
    locate::{Frame, by_blocks, read_all},
    scene::Scene,
};
use image::{GrayImage, imageops};

/// Modules that are large already gain nothing.
const LARGE_MODULE: f32 = 9.0;
/// Nothing is enlarged beyond this side.
const MAX_SIDE: f32 = 1100.0;

pub(super) fn run(scene: &Scene, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    for place in found.located.clone() {
        if should_stop() || found.is_enough() {
            return;
        }
        if place.module > LARGE_MODULE {
            continue;
        }
        let Some((luma, frame)) = cut_out(scene.native(), &place) else {
            continue;
        };
        let sharp = sharpen(&luma, (place.module * frame.scale / 3.0).clamp(1.0, 6.0));
        if let Some(bits) = by_blocks(&sharp) {
            read_all(&bits, frame, Step::Enlarged, should_stop, found);
        }
        if should_stop() || found.is_enough() {
            return;
        }
        // About a finder pattern around each pixel.
        let reach = (place.module * frame.scale * 5.0).max(5.0) as u32;
        if let Some(bits) = by_local_mean(&luma, reach) {
            read_all(&bits, frame, Step::Enlarged, should_stop, found);
        }
    }
}

/// The place with its margin, two or three times as large.
fn cut_out(native: &GrayImage, place: &Located) -> Option<(GrayImage, Frame)> {
    let (left, top, right, bottom) = place.bounds();
    let left = left.max(0.0) as u32;
    let top = top.max(0.0) as u32;
    let right = (right.max(0.0) as u32).min(native.width());
    let bottom = (bottom.max(0.0) as u32).min(native.height());
    let (width, height) = (right.checked_sub(left)?, bottom.checked_sub(top)?);
    if width < 21 || height < 21 {
        return None;
    }
    let wanted: f32 = if place.module < 3.0 { 3.0 } else { 2.0 };
    let scale = wanted.min(MAX_SIDE / width.max(height) as f32);
    if scale <= 1.1 {
        return None;
    }
    let cut = imageops::crop_imm(native, left, top, width, height).to_image();
    let large = imageops::resize(
        &cut,
        (width as f32 * scale) as u32,
        (height as f32 * scale) as u32,
        imageops::FilterType::Triangle,
    );
    let frame = Frame {
        scale,
        offset: (left as f32, top as f32),
    };
    Some((large, frame))
}

/// Adds back what a blur of this width takes away.
fn sharpen(luma: &GrayImage, sigma: f32) -> GrayImage {
    let blurred = imageops::fast_blur(luma, sigma);
    let mut sharp = luma.clone();
    for (pixel, soft) in sharp.as_mut().iter_mut().zip(blurred.as_raw()) {
        let (own, soft) = (i32::from(*pixel), i32::from(*soft));
        *pixel = u8::try_from((2 * own - soft).clamp(0, 255)).unwrap_or(u8::MAX);
    }
    sharp
}
