//! Several frames of one code: their log-likelihood ratios are summed, module by module, until the
//! sum can be read.
//!
//! Frames of two cards must never give one text. Three things ensure that. A frame is added to a
//! sum only if both agree on the check codewords, which two cards share by chance only; otherwise
//! it starts a new sum. The content of a sum passes the same error correction and needs the same
//! confidence as any other (`confidence.rs`), and a sum of two codes is not a code. And it is
//! returned only if the present frame alone agrees with it beyond chance, so that the camera sees
//! that code now.

use super::{
    SoftRead,
    blocks::Stream,
    layout::Layout,
    rounds::{Effort, decode, formats, observe},
};
use crate::qr::pose::Pose;
use image::GrayImage;

/// Greatest log-likelihood ratio that one frame adds to a module.
const MOST_PER_FRAME: f32 = 5.0;
/// Greatest log-likelihood ratio of a sum: the light may change, and so may the card.
const MOST_IN_ALL: f32 = 40.0;
/// Least agreement of a frame with a sum to be added to it, in standard deviations of chance.
const LEAST_SAME: f32 = 2.5;
/// Least agreement of the present frame with the content of the sum.
const LEAST_CONFIRMED: f32 = 5.0;
/// Number of frames after which a sum that got no more frames is dropped.
const FRAMES_KEPT: u32 = 20;

/// The sums of frames, two at most: of the code in the latest frames, and of another, which may be
/// the next card or a useless frame.
#[derive(Debug, Default)]
pub struct Fusion {
    sums: Vec<Sum>,
    frames: u32,
}

#[derive(Debug)]
struct Sum {
    version: u8,
    log_ratios: Vec<f32>,
    last: u32,
}

impl Fusion {
    /// Adds a frame. The code returned was read from this frame, or from the sum with it.
    pub fn add(&mut self, luma: &GrayImage, pose: &Pose) -> Option<SoftRead> {
        self.add_within(luma, pose, &|| false)
    }

    /// As [`Self::add`], given up when `should_stop` returns true.
    pub fn add_within(
        &mut self,
        luma: &GrayImage,
        pose: &Pose,
        should_stop: &dyn Fn() -> bool,
    ) -> Option<SoftRead> {
        self.frames += 1;
        let now = self.frames;
        self.sums.retain(|sum| now - sum.last <= FRAMES_KEPT);
        let layout = Layout::of(pose.version());
        let observed = observe(luma, pose, &layout, should_stop)?;
        if observed.read.is_some() {
            return observed.read;
        }
        let (observed, pose) = (observed.log_ratios, observed.pose);
        let sum = self.added_sum(&layout, &observed);
        let decoded = decode(&layout, &sum.log_ratios, pose, Effort::Search)?;
        // Does this frame alone agree?
        let own = Stream::of(&layout, &observed, decoded.format);
        let printed = (0..own.bits.len()).map(|at| {
            let one = decoded.codewords[at / 8] >> (7 - at % 8) & 1 == 1;
            if one { MOST_PER_FRAME } else { -MOST_PER_FRAME }
        });
        let check = own.blocks.all_data() * 8;
        let agrees = significance(own.bits.iter().copied().zip(printed).skip(check));
        (agrees >= LEAST_CONFIRMED).then_some(decoded.read)
    }

    /// Drops all sums, for another card.
    pub fn forget(&mut self) {
        self.sums.clear();
    }

    /// Adds the frame to the sum that it agrees with, or to a new one.
    fn added_sum(&mut self, layout: &Layout, observed: &[f32]) -> &Sum {
        let of = self.sums.iter().position(|sum| {
            sum.version == layout.version
                && agreement(layout, observed, &sum.log_ratios) >= LEAST_SAME
        });
        let mut sum = match of {
            Some(at) => self.sums.remove(at),
            None => Sum {
                version: layout.version,
                log_ratios: vec![0.0; observed.len()],
                last: 0,
            },
        };
        for (all, one) in sum.log_ratios.iter_mut().zip(observed) {
            let one = one.clamp(-MOST_PER_FRAME, MOST_PER_FRAME);
            *all = (*all + one).clamp(-MOST_IN_ALL, MOST_IN_ALL);
        }
        sum.last = self.frames;
        self.sums.truncate(1);
        self.sums.insert(0, sum);
        &self.sums[0]
    }
}

/// Agreement of two views of a code on its check codewords, in standard deviations of chance.
fn agreement(layout: &Layout, one: &[f32], two: &[f32]) -> f32 {
    let sum: Vec<f32> = one
        .iter()
        .zip(two)
        .map(|(one, two)| {
            one.clamp(-MOST_PER_FRAME, MOST_PER_FRAME) + two.clamp(-MOST_PER_FRAME, MOST_PER_FRAME)
        })
        .collect();
    let Some(format) = formats(layout, &sum).into_iter().next() else {
        return 0.0;
    };
    let (one, two) = (
        Stream::of(layout, one, format),
        Stream::of(layout, two, format),
    );
    let check = one.blocks.all_data() * 8;
    significance(one.bits.into_iter().zip(two.bits).skip(check))
}

/// How far the correlation of pairs of log-likelihood ratios is above chance, in standard
/// deviations.
pub(super) fn significance(pairs: impl Iterator<Item = (f32, f32)>) -> f32 {
    let (mut common, mut squares) = (0.0, 1e-6);
    for (one, two) in pairs {
        let product = (one / 2.0).tanh() * (two / 2.0).tanh();
        common += product;
        squares += product * product;
    }
    common / f32::sqrt(squares)
}
