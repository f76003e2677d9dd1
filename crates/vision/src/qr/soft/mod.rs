//! Soft-decision decoding of a code whose pose is known, from grey levels: for codes that are too
//! small, too blurred or too uneven to be thresholded pixel by pixel.
//!
//! ```text
//! patch.rs           the part of the picture around the code, and the mean grey of each module
//! fixed_patterns.rs  finder and alignment patterns searched around their expected positions
//! align.rs           the pose refined by Gauss-Newton on the fixed patterns, then on all modules
//! levels.rs          the grey levels of white and black around each module
//! equaliser.rs       the equaliser: a linear filter against blur, trained on known modules
//! rounds.rs          all of the above in rounds: modules that were read train the next round
//! layout.rs          the fixed modules of a version; tables.rs the standard's tables
//! blocks.rs          codewords and their error correction, doubtful ones as erasures
//! reed_solomon.rs    Reed-Solomon; galois.rs its arithmetic
//! search.rs          blocks beyond error correction, searched
//! ordered.rs         that search: ordered-statistics decoding of one block
//! template.rs        the bits of a public code that are known beforehand
//! segments.rs        the content of the data codewords
//! confidence.rs      whether a content may be believed
//! fusion.rs          several frames of one code, summed
//! ```

mod align;
mod blocks;
mod confidence;
mod equaliser;
mod fixed_patterns;
mod fusion;
mod galois;
mod layout;
mod levels;
mod ordered;
mod patch;
mod reed_solomon;
mod rounds;
mod search;
mod segments;
mod tables;
mod template;

use super::pose::Pose;
use image::GrayImage;
use layout::Layout;

pub use fusion::Fusion;
pub use tables::Level;

/// A code that was read from grey levels.
#[derive(Debug, Clone, PartialEq)]
pub struct SoftRead {
    /// The content, byte by byte; a kanji is its two bytes in Shift-JIS.
    pub bytes: Vec<u8>,
    /// The character set that the code announces (the number of its ECI), if any.
    pub character_set: Option<u32>,
    /// Codewords that the error correction changed.
    pub corrected: usize,
    /// How many of those were marked as erasures because they were doubtful.
    pub erased: usize,
    /// The level of its error correction.
    pub level: Level,
    /// The pose after all corrections, in the pixels of the picture.
    pub pose: Pose,
    /// Confidence that this is not noise, in bits (see `confidence.rs`).
    pub confidence: f32,
}

/// Reads the code at this pose. `None` where there is no code, or one that cannot be read with
/// enough confidence.
pub fn read(luma: &GrayImage, pose: &Pose) -> Option<SoftRead> {
    read_within(luma, pose, &|| false)
}

/// As [`read`], given up when `should_stop` returns true; it is called every millisecond or two.
pub fn read_within(
    luma: &GrayImage,
    pose: &Pose,
    should_stop: &dyn Fn() -> bool,
) -> Option<SoftRead> {
    let layout = Layout::of(pose.version());
    rounds::observe(luma, pose, &layout, should_stop)?.read
}

#[cfg(test)]
mod tests;
