//! Black and white by blocks, at no more than 2048 pixels.

use super::Step;
use crate::qr::{
    found::Found,
    locate::{Frame, by_blocks, read_all},
    scene::Scene,
};

pub(super) fn run(scene: &Scene, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    let (luma, scale) = scene.fit();
    if let Some(bits) = by_blocks(luma) {
        read_all(&bits, Frame::whole(scale), Step::Plain, should_stop, found);
    }
}
