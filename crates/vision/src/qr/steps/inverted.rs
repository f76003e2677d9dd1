//! Light codes on a dark ground. No credential has one, but the person who shows one should learn
//! what it is.

use crate::qr::{
    found::Found,
    locate::{Scale, by_blocks, read_all},
    step::Step,
};
use crate::raster::views::GreyViews;

pub(super) fn run(views: &GreyViews, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    if !found.codes.is_empty() {
        return;
    }
    let (luma, scale) = views.search();
    if let Some(mut bits) = by_blocks(luma) {
        bits.flip_self();
        read_all(&bits, Scale(scale), Step::Inverted, should_stop, found);
    }
}
