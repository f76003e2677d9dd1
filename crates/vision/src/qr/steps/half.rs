//! As `lifted`, on half the size: noise and fine blur average out.

use super::{Step, lifted::lifted};
use crate::qr::{
    found::Found,
    locate::{Frame, by_blocks, read_all},
};
use crate::raster::views::GreyViews;

pub(super) fn run(views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    let (luma, scale) = views.half();
    if let Some(bits) = by_blocks(&lifted(luma)) {
        read_all(&bits, Frame::whole(scale), Step::Half, should_stop, found);
    }
}
