//! Several frames of one code: what each shows a little of is added up, module by module, until
//! it can be read.
//!
//! Frames of two cards must never make one text. Three things see to that. A frame is added to
//! what it agrees with on the check codewords, which two cards share by chance only, and starts
//! anew otherwise. What is read from the sum passes the same error correction and the same
//! doubt as any reading (`trust.rs`): a sum of two codes is no code. And it is only given if the
//! frame at hand says the same by itself, beyond chance: so it is what the camera sees now.

use super::{
    SoftRead,
    blocks::Stream,
    layout::Layout,
    rounds::{Effort, formats, look, said},
};
use crate::qr::pose::Pose;
use image::GrayImage;

/// A single frame counts no more than this for a module.
const STRONGEST: f32 = 5.0;
/// All frames together count no more than this: the light changes, and so may the card.
const TOGETHER: f32 = 40.0;
/// From this agreement on (in standard deviations of what chance gives) a frame belongs to
/// what was seen before.
const SAME: f32 = 2.5;
/// From this agreement on a frame says by itself what all say together.
const SEEN: f32 = 5.0;
/// Frames after which what was not seen again is forgotten.
const FORGOTTEN: u32 = 20;

/// Frames of one code. It holds two sums at most: of the code it has seen most of late, and of
/// another, which may be the next card or a frame that was no good.
#[derive(Debug, Default)]
pub struct Fusion {
    sums: Vec<Sum>,
    frames: u32,
}

#[derive(Debug)]
struct Sum {
    version: u8,
    likely: Vec<f32>,
    last: u32,
}

impl Fusion {
    /// Looks at one more frame. What is returned was read from it or from it and those before.
    pub fn add(&mut self, luma: &GrayImage, pose: &Pose) -> Option<SoftRead> {
        self.add_within(luma, pose, &|| false)
    }

    /// The same, given up when `should_stop` says so.
    pub fn add_within(
        &mut self,
        luma: &GrayImage,
        pose: &Pose,
        should_stop: &dyn Fn() -> bool,
    ) -> Option<SoftRead> {
        self.frames += 1;
        let now = self.frames;
        self.sums.retain(|sum| now - sum.last <= FORGOTTEN);
        let layout = Layout::of(pose.version());
        let shown = look(luma, pose, &layout, should_stop)?;
        if shown.read.is_some() {
            return shown.read;
        }
        let (shown, pose) = (shown.likely, shown.pose);
        let sum = self.joined(&layout, &shown);
        let said = said(&layout, &sum.likely, pose, Effort::Search)?;
        // The sum says it; does this frame?
        let own = Stream::of(&layout, &shown, said.format);
        let printed = (0..own.bits.len()).map(|at| {
            let one = said.codewords[at / 8] >> (7 - at % 8) & 1 == 1;
            if one { STRONGEST } else { -STRONGEST }
        });
        let check = own.blocks.all_data() * 8;
        let agrees = likeness(own.bits.iter().copied().zip(printed).skip(check));
        (agrees >= SEEN).then_some(said.read)
    }

    /// Forgets every frame: another card comes.
    pub fn forget(&mut self) {
        self.sums.clear();
    }

    /// The sum that this frame belongs to, with the frame in it.
    fn joined(&mut self, layout: &Layout, shown: &[f32]) -> &Sum {
        let of = self.sums.iter().position(|sum| {
            sum.version == layout.version && agreement(layout, shown, &sum.likely) >= SAME
        });
        let mut sum = match of {
            Some(at) => self.sums.remove(at),
            None => Sum {
                version: layout.version,
                likely: vec![0.0; shown.len()],
                last: 0,
            },
        };
        for (all, one) in sum.likely.iter_mut().zip(shown) {
            let one = one.clamp(-STRONGEST, STRONGEST);
            *all = (*all + one).clamp(-TOGETHER, TOGETHER);
        }
        sum.last = self.frames;
        self.sums.truncate(1);
        self.sums.insert(0, sum);
        &self.sums[0]
    }
}

/// How far two views of a code agree on its check codewords, in standard deviations of what two
/// codes with nothing in common would.
fn agreement(layout: &Layout, one: &[f32], two: &[f32]) -> f32 {
    let sum: Vec<f32> = one
        .iter()
        .zip(two)
        .map(|(one, two)| one.clamp(-STRONGEST, STRONGEST) + two.clamp(-STRONGEST, STRONGEST))
        .collect();
    let Some(format) = formats(layout, &sum).into_iter().next() else {
        return 0.0;
    };
    let (one, two) = (
        Stream::of(layout, one, format),
        Stream::of(layout, two, format),
    );
    let check = one.blocks.all_data() * 8;
    likeness(one.bits.into_iter().zip(two.bits).skip(check))
}

/// How much likelier the same than by chance, in standard deviations.
pub(super) fn likeness(pairs: impl Iterator<Item = (f32, f32)>) -> f32 {
    let (mut common, mut squares) = (0.0, 1e-6);
    for (one, two) in pairs {
        let product = (one / 2.0).tanh() * (two / 2.0).tanh();
        common += product;
        squares += product * product;
    }
    common / f32::sqrt(squares)
}
