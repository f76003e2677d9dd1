//! Places that look like a code, cut out, enlarged and sharpened: a small code far away, or
//! one a little out of focus.

use super::{
    Step,
    local::{by_local_mean, for_each_mean},
};
use crate::qr::{
    found::{Found, Located},
    locate::{Frame, by_blocks, read_all},
    scene::Scene,
};
use image::{GrayImage, imageops};

/// Modules that are large already gain nothing.
const LARGE_MODULE: f32 = 9.0;
/// The public code has about thirty; the dense ones nobody reads.
const MAX_MODULES: f32 = 64.0;
/// Nothing is enlarged beyond this side.
const MAX_SIDE: f32 = 800.0;

pub(super) fn run(scene: &Scene, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    if found.is_busy() {
        return;
    }
    for place in found.located.clone() {
        if should_stop() || found.is_enough() {
            return;
        }
        if place.module > LARGE_MODULE || place.modules() > MAX_MODULES {
            continue;
        }
        let Some((luma, frame)) = cut_out(scene.native(), &place) else {
            continue;
        };
        let sharp = sharpen(
            &luma,
            (place.module * frame.scale / 2.0).clamp(1.0, 8.0) as u32,
        );
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
    let large = enlarge(&cut, scale);
    let frame = Frame {
        scale,
        offset: (left as f32, top as f32),
    };
    Some((large, frame))
}

/// Between the pixels by their distance.
fn enlarge(luma: &GrayImage, scale: f32) -> GrayImage {
    let (width, height) = luma.dimensions();
    let pixels = luma.as_raw();
    let side = |length: u32| (length as f32 * scale) as u32;
    // Where each new column or row lies between which two old ones, in 256ths.
    let places = |new: u32, old: u32| -> Vec<(usize, usize, u32)> {
        (0..new)
            .map(|at| {
                let old_at = ((at as f32 + 0.5) / scale - 0.5).clamp(0.0, (old - 1) as f32);
                let first = old_at as usize;
                let part = ((old_at - first as f32) * 256.0) as u32;
                (first, (first + 1).min(old as usize - 1), part)
            })
            .collect()
    };
    let (columns, rows) = (places(side(width), width), places(side(height), height));
    let mut large = Vec::with_capacity(columns.len() * rows.len());
    for (top, bottom, down) in &rows {
        let top = &pixels[top * width as usize..][..width as usize];
        let bottom = &pixels[bottom * width as usize..][..width as usize];
        large.extend(columns.iter().map(|(left, right, across)| {
            let mix = |row: &[u8]| {
                u32::from(row[*left]) * (256 - across) + u32::from(row[*right]) * across
            };
            ((mix(top) * (256 - down) + mix(bottom) * down) >> 16) as u8
        }));
    }
    GrayImage::from_raw(side(width), side(height), large)
        .expect("as many pixels as columns and rows")
}

/// Adds back what a blur of about this reach takes away.
fn sharpen(luma: &GrayImage, reach: u32) -> GrayImage {
    let mut sharp = Vec::with_capacity(luma.as_raw().len());
    for_each_mean(luma, reach, |_, _, value, sum, count| {
        let soft = (sum / count.max(1)) as i32;
        let twice = (2 * i32::from(value) - soft).clamp(0, 255);
        sharp.push(twice as u8);
    });
    GrayImage::from_raw(luma.width(), luma.height(), sharp).expect("as many pixels as there were")
}
