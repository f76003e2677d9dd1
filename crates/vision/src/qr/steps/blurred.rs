//! As `plain` after a blur: the modules of some codes are dots that do not touch, and the runs of
//! their finder patterns are broken where the dots meet.

use super::Step;
use crate::{
    qr::{
        found::Found,
        locate::{Scale, by_blocks, read_all},
    },
    raster::views::GreyViews,
};
use image::imageops::fast_blur;

/// Standard deviations in pixels: a third of a module, for modules of 6 and of 12 pixels.
const BLURS: [f32; 2] = [2.0, 4.0];

pub(super) fn run(views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    let (luma, scale) = views.working();
    for blur in BLURS {
        if should_stop() || found.is_done() {
            return;
        }
        if let Some(bits) = by_blocks(&fast_blur(luma, blur)) {
            read_all(&bits, Scale(scale), Step::Blurred, should_stop, found);
        }
    }
}
