//! Black and white by blocks on half the size: noise and fine blur average out.

use super::Step;
use crate::qr::{
    found::Found,
    locate::{Frame, by_blocks, read_all},
    scene::Scene,
};

pub(super) fn run(scene: &Scene, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    let (luma, scale) = scene.half();
    if let Some(bits) = by_blocks(luma) {
        read_all(&bits, Frame::whole(scale), Step::Half, should_stop, found);
    }
}
