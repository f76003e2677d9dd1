//! Thresholded by blocks, at no more than 2048 pixels.

use crate::qr::{
    found::Found,
    locate::{Scale, by_blocks, read_all},
    step::Step,
};
use crate::raster::views::GreyViews;

pub(super) fn run(views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    let (luma, scale) = views.working();
    if let Some(bits) = by_blocks(luma) {
        read_all(&bits, Scale(scale), Step::Plain, should_stop, found);
    }
}
