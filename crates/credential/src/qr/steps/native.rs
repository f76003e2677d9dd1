//! Every pixel that the camera gave, where that is more than the plain step had.

use super::Step;
use crate::qr::{
    found::Found,
    locate::{Frame, by_blocks, read_all},
    scene::Scene,
};

/// Beyond this a pass takes longer than anybody waits for what it adds.
const MAX_PIXELS: usize = 16_000_000;

pub(super) fn run(scene: &Scene, should_stop: &dyn Fn() -> bool, found: &mut Found) {
    let (_, scale) = scene.fit();
    let luma = scene.native();
    if scale >= 1.0 || luma.as_raw().len() > MAX_PIXELS {
        return;
    }
    if let Some(bits) = by_blocks(luma) {
        read_all(&bits, Frame::whole(1.0), Step::Native, should_stop, found);
    }
}
