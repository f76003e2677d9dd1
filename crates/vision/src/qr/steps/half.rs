//! As `stretched` at half the size, where noise averages out.

use super::stretched::contrast_stretch;
use crate::qr::{
    found::Found,
    locate::{Scale, by_blocks, read_all},
    step::Step,
};
use crate::raster::views::GreyViews;

pub(super) fn run(views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    let (luma, scale) = views.half();
    if let Some(bits) = by_blocks(&contrast_stretch(luma)) {
        read_all(&bits, Scale(scale), Step::Half, should_stop, found);
    }
}
