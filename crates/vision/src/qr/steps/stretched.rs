//! Thresholded by blocks after a contrast stretch: for codes that are faint or half in a shadow.

use super::sampled;
use crate::qr::{
    found::Found,
    locate::{Scale, by_blocks, read_all},
    step::Step,
};
use crate::raster::views::GreyViews;
use image::GrayImage;

/// The share of the pixels that becomes black, and the share that becomes white.
const CLIPPED: f32 = 0.01;

pub(super) fn run(views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    let (luma, scale) = views.working();
    if let Some(bits) = by_blocks(&contrast_stretch(luma)) {
        read_all(&bits, Scale(scale), Step::Stretched, should_stop, found);
    }
    // Some places are only found after the stretch.
    sampled::read_located(views, Step::Stretched, should_stop, found);
}

/// Stretches the contrast from the darkest to the brightest level, and brightens dark tones by a
/// square root.
pub(super) fn contrast_stretch(luma: &GrayImage) -> GrayImage {
    let mut count = [0u32; 256];
    for level in luma.as_raw() {
        count[usize::from(*level)] += 1;
    }
    let clipped = (luma.as_raw().len() as f32 * CLIPPED) as u32;
    let beyond = |mut levels: Box<dyn Iterator<Item = usize>>| {
        let mut sum = 0;
        levels
            .find(|level| {
                sum += count[*level];
                sum > clipped
            })
            .unwrap_or(0)
    };
    let dark = beyond(Box::new(0..256)) as f32;
    let bright = beyond(Box::new((0..256).rev())) as f32;
    let levels: [u8; 256] = std::array::from_fn(|level| {
        let share = (level as f32 - dark) / (bright - dark).max(1.0);
        (share.clamp(0.0, 1.0).sqrt() * 255.0) as u8
    });
    let mut stretched = luma.clone();
    for level in stretched.iter_mut() {
        *level = levels[usize::from(*level)];
    }
    stretched
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn faint_and_dark_levels_are_told_apart_and_a_flat_picture_stays_flat() {
        let faint = GrayImage::from_fn(40, 40, |x, _| Luma([100 + (x / 10) as u8]));
        let levels: Vec<u8> = (0..4)
            .map(|at| contrast_stretch(&faint).get_pixel(at * 10, 0).0[0])
            .collect();
        assert_eq!(levels, [0, 147, 208, 255]);
        let flat = contrast_stretch(&GrayImage::from_pixel(30, 30, Luma([7])));
        assert!(flat.as_raw().iter().all(|level| *level == 0));
        assert_eq!(contrast_stretch(&GrayImage::new(0, 0)).dimensions(), (0, 0));
    }
}
