//! The codes found in a picture so far, and the places still to be read, in its own pixels.

use super::{soft::Fusion, squares::Squares, step::Step};
use credential::{PublicQr, QrKind, QrPayload};

/// One code that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodedCode {
    /// Its content.
    pub payload: QrPayload,
    /// Its corners in pixels (x, y): top left, top right, bottom right, bottom left of the code
    /// itself, whatever its rotation in the picture.
    pub corners: [(f32, f32); 4],
    /// The step that read it.
    pub step: Step,
    /// Number of codewords that the error correction changed.
    pub corrected: usize,
    /// How many of those were marked as erasures because they were doubtful.
    pub erased: usize,
}

impl DecodedCode {
    /// The kind of code.
    pub fn kind(&self) -> QrKind {
        self.payload.kind()
    }
}

/// Picks the public code among those of one picture, or returns why there is none.
pub fn pick_public(codes: &[DecodedCode]) -> PublicQr {
    PublicQr::among(codes.iter().map(|code| &code.payload))
}

/// Three finder patterns that look like a code that no step has read yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Located {
    /// Centres of the patterns in pixels: bottom left, top left, top right.
    pub centres: [(f32, f32); 3],
    /// Approximate size of a module in pixels.
    pub module: f32,
    /// The patterns as squares, where their corners could be measured.
    pub(super) squares: Option<Squares>,
}

impl Located {
    /// Approximate number of modules a side.
    pub(super) fn modules(&self) -> f32 {
        if let Some(squares) = &self.squares {
            return squares.modules() as f32;
        }
        let [bl, tl, tr] = self.centres;
        let across = (tr.0 - tl.0).hypot(tr.1 - tl.1);
        let down = (bl.0 - tl.0).hypot(bl.1 - tl.1);
        across.max(down) / self.module.max(0.1) + 7.0
    }

    pub(super) fn centre(&self) -> (f32, f32) {
        let [bl, _, tr] = self.centres;
        ((bl.0 + tr.0) / 2.0, (bl.1 + tr.1) / 2.0)
    }
}

/// Codes that were read, and places that look like further codes.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    pub codes: Vec<DecodedCode>,
    pub located: Vec<Located>,
    /// Centres of the places whose grey levels were read without success.
    pub sampled: Vec<(f32, f32)>,
    /// The sum of earlier frames, until this frame's best place has been added to it.
    pub fusion: Option<&'a mut Fusion>,
}

/// No card has more codes than this; further places are texture.
const MAX_LOCATED: usize = 3;

impl Found<'_> {
    /// Adds a code unless it is known: several steps read the same one.
    pub fn add(&mut self, code: DecodedCode) {
        self.located
            .retain(|place| !inside(&code.corners, place.centre()));
        let known = self
            .codes
            .iter()
            .any(|old| old.payload == code.payload && inside(&old.corners, middle(&code.corners)));
        if !known {
            self.codes.push(code);
        }
    }

    /// Keeps a place for later steps. The most plausible ones must come first.
    pub fn remember(&mut self, place: Located) {
        let centre = place.centre();
        let read = self.codes.iter().any(|code| inside(&code.corners, centre));
        let near = |old: &Located| {
            let (x, y) = old.centre();
            (x - centre.0).hypot(y - centre.1) < 7.0 * old.module.max(place.module)
        };
        if !read && self.located.len() < MAX_LOCATED && !self.located.iter().any(near) {
            self.located.push(place);
        }
    }

    /// Whether the public code is there, so that a running step may stop.
    pub fn is_enough(&self) -> bool {
        self.codes
            .iter()
            .any(|code| code.kind() == QrKind::Structured)
    }

    /// Whether another step is pointless: the public code is there, or a code that anybody can
    /// read and no place that looks like a second one.
    pub fn is_done(&self) -> bool {
        let readable = |code: &DecodedCode| code.kind() != QrKind::Opaque;
        self.is_enough() || (self.located.is_empty() && self.codes.iter().any(readable))
    }
}

fn middle(corners: &[(f32, f32); 4]) -> (f32, f32) {
    let sum = corners
        .iter()
        .fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
    (sum.0 / 4.0, sum.1 / 4.0)
}

/// Whether a point lies in the box around the corners.
fn inside(corners: &[(f32, f32); 4], (x, y): (f32, f32)) -> bool {
    let within = |value: f32, of: fn(&(f32, f32)) -> f32| {
        let least = corners.iter().map(of).fold(f32::INFINITY, f32::min);
        let most = corners.iter().map(of).fold(f32::NEG_INFINITY, f32::max);
        (least..=most).contains(&value)
    };
    within(x, |p| p.0) && within(y, |p| p.1)
}
