//! Reading a code whose place is known, from grey levels: what is too small, too blurred or
//! too uneven for a decision between black and white, pixel by pixel.
//!
//! ```text
//! patch.rs      the part of the picture, and the mean grey of each module
//! marks.rs      finder and alignment patterns looked for around where they should be
//! align.rs      the pose moved until the known patterns, then all modules, fit
//! levels.rs     white and black around each module
//! equaliser.rs  the blur undone by a filter trained on the modules that are known
//! rounds.rs     all of the above, a few times over: what was read trains what reads
//! layout.rs     what is known of a version; tables.rs the standard's tables
//! blocks.rs     codewords and their error correction, doubtful ones as erasures
//! solomon.rs    Reed-Solomon; field.rs the arithmetic
//! search.rs     blocks that error correction leaves, searched for
//! ordered.rs    the block that fits best, searched bit by bit
//! known.rs      what is known of a public code beforehand
//! segments.rs   what the data codewords say
//! trust.rs      whether that may be believed
//! fusion.rs     several frames of one code, which together say what none of them does
//! ```

mod align;
mod blocks;
mod equaliser;
mod field;
mod fusion;
mod known;
mod layout;
mod levels;
mod marks;
mod ordered;
mod patch;
mod rounds;
mod search;
mod segments;
mod solomon;
mod tables;
mod trust;

use super::pose::Pose;
use image::GrayImage;
use layout::Layout;

pub use fusion::Fusion;
pub use tables::Level;

/// What a code says, read from grey levels.
#[derive(Debug, Clone, PartialEq)]
pub struct SoftRead {
    /// The content, byte by byte; a kanji is its two bytes in Shift-JIS.
    pub bytes: Vec<u8>,
    /// The character set that the code announces (the number of its ECI), if it does.
    pub character_set: Option<u32>,
    /// Codewords that the error correction changed.
    pub corrected: usize,
    /// How many of those were given to it as erasures, being doubtful.
    pub erased: usize,
    /// The level of its error correction.
    pub level: Level,
    /// The pose after all corrections, in the pixels of the picture.
    pub pose: Pose,
    /// How sure it is that no noise says this, in bits (see `trust.rs`).
    pub surety: f32,
}

/// Reads the code that lies there. `None` where that is no code, or one that cannot be read
/// for sure.
pub fn read(luma: &GrayImage, pose: &Pose) -> Option<SoftRead> {
    read_within(luma, pose, &|| false)
}

/// The same, given up when `should_stop` says so; it is asked every millisecond or two.
pub fn read_within(
    luma: &GrayImage,
    pose: &Pose,
    should_stop: &dyn Fn() -> bool,
) -> Option<SoftRead> {
    let layout = Layout::of(pose.version());
    rounds::look(luma, pose, &layout, should_stop)?.read
}

#[cfg(test)]
mod tests;
