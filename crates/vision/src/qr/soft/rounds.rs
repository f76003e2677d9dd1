//! A code read in rounds: the known patterns train the levels, the pose and the equaliser;
//! what they then see of all modules trains them again.

use super::{
    SoftRead,
    align::{Belief, Points, known, step},
    blocks::{Format, Stream},
    equaliser::Equaliser,
    layout::{Layout, format_bits},
    levels::{Levels, Scratch},
    marks::settled,
    patch::{BORDER, Grid, Patch},
};
use crate::qr::pose::Pose;
use image::GrayImage;

/// How often everything is trained on what was seen before.
const ROUNDS: usize = 4;
/// Rounds after which blocks are searched for as well.
const SEARCHED: [usize; 2] = [1, ROUNDS - 1];
/// Where the known patterns are explained no better than this, there is no code to read.
const HOPELESS: f32 = 0.8;
/// How much blur the patterns are first compared through, in modules.
const BLUR: f32 = 0.5;
/// Formats that are tried when none stands out.
const FORMATS: usize = 2;

/// What is seen of one code.
struct Sight<'a> {
    patch: &'a Patch,
    layout: &'a Layout,
    pose: Pose,
    grid: Grid,
    seen: Vec<f32>,
    levels: Levels,
    /// The ink of each module as far as it is known or believed, and how much that is.
    ink: Vec<f32>,
    weight: Vec<f32>,
    /// How much likelier dark than light each module is (a natural logarithm).
    likely: Vec<f32>,
    scratch: Scratch,
}

/// What one picture shows of a code.
pub(super) struct Shown {
    /// What it says, if that could be read.
    pub read: Option<SoftRead>,
    /// How much likelier dark than light each module is, as it was seen last.
    pub likely: Vec<f32>,
    /// The pose as it was used last, in the picture's pixels.
    pub pose: Pose,
}

/// Looks at a code until it is read or nothing more comes of it. `None` where there is nothing
/// to look at.
pub(super) fn look(
    luma: &GrayImage,
    pose: &Pose,
    layout: &Layout,
    should_stop: &dyn Fn() -> bool,
) -> Option<Shown> {
    let (patch, pose, place) = Patch::cut(luma, pose)?;
    let (pose, _) = settled(&patch, &pose)?;
    let mut sight = Sight::first(&patch, layout, pose)?;
    let mut read = None;
    for round in 0..ROUNDS {
        if should_stop() || (round > 0 && sight.again().is_none()) {
            break;
        }
        let effort = if SEARCHED.contains(&round) {
            Effort::Search
        } else {
            Effort::Mend
        };
        let pose = place.back(&sight.pose)?;
        read = said(layout, &sight.likely, pose, effort).map(|said| said.read);
        if read.is_some() {
            break;
        }
    }
    Some(Shown {
        read,
        pose: place.back(&sight.pose)?,
        likely: sight.likely,
    })
}

/// What a code says, and how.
pub(super) struct Said {
    pub read: SoftRead,
    pub format: Format,
    /// Every codeword as it is printed, in the order in which they are written.
    pub codewords: Vec<u8>,
}

/// How much work a text is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Error correction with doubtful codewords as erasures.
    Mend,
    /// Also blocks searched bit by bit.
    Search,
}

/// What modules this likely to be dark say, if that may be believed.
pub(super) fn said(layout: &Layout, likely: &[f32], pose: Pose, effort: Effort) -> Option<Said> {
    let formats = formats(layout, likely).into_iter().take(FORMATS);
    let streams = formats.map(|format| (format, Stream::of(layout, likely, format)));
    for (nth, (format, stream)) in streams.enumerate() {
        let mut read = stream.read();
        // A search takes long: for the likeliest format alone.
        if read.is_none() && nth == 0 && effort == Effort::Search {
            read = stream.search();
        }
        let Some(read) = read else { continue };
        return Some(Said {
            read: SoftRead {
                bytes: read.content.bytes,
                character_set: read.content.character_set,
                corrected: read.corrected,
                erased: read.erased,
                level: format.level,
                pose,
                surety: read.sure,
            },
            format,
            codewords: read.codewords,
        });
    }
    None
}

impl<'a> Sight<'a> {
    /// From the known patterns alone.
    fn first(patch: &'a Patch, layout: &'a Layout, pose: Pose) -> Option<Self> {
        let (ink, weight) = known(layout);
        let mut grid = Grid::empty(layout.side);
        grid.sample(patch, &pose.plane().projection());
        let levels = Levels::of_extremes(&grid);
        let mut sight = Self {
            patch,
            layout,
            pose,
            seen: vec![0.0; grid.values.len()],
            grid,
            levels,
            likely: vec![0.0; ink.len()],
            ink,
            weight,
            scratch: Scratch::default(),
        };
        sight.settle(BLUR, 3)?;
        sight.levels = Levels::of_extremes(&sight.grid);
        sight.look()?;
        Some(sight)
    }

    /// Moves the pose until what is believed fits, and samples anew.
    fn settle(&mut self, blur: f32, steps: usize) -> Option<()> {
        let belief = Belief {
            layout: self.layout,
            ink: &self.ink,
            weight: &self.weight,
        };
        let points = Points::of(&belief, blur, &self.levels.middle, &self.levels.half);
        let mut best = (self.pose, f32::INFINITY);
        let mut pose = self.pose;
        for _ in 0..steps {
            let Some((next, rest)) = step(self.patch, &pose, &points) else {
                break;
            };
            if rest < best.1 {
                best = (pose, rest);
            }
            pose = next;
        }
        // The last step is taken on trust: it was not worse before it.
        self.pose = if best.1.is_finite() { pose } else { self.pose };
        self.grid
            .sample(self.patch, &self.pose.plane().projection());
        Some(())
    }

    /// Trains the equaliser on what is known or believed and looks at every module through it.
    fn look(&mut self) -> Option<()> {
        self.levels.normalise(&self.grid, &mut self.seen);
        let equaliser = Equaliser::train(&self.grid, &self.seen, &self.ink, &self.weight)?;
        if equaliser.noise > HOPELESS {
            return None;
        }
        equaliser.apply(&self.grid, &self.seen, &mut self.likely);
        let contrast: f32 = self.levels.half.iter().map(|half| half.abs()).sum::<f32>()
            / self.levels.half.len() as f32;
        let side = self.layout.side;
        for (place, likely) in self.likely.iter_mut().enumerate() {
            let level = self.grid.place(place % side, place / side);
            // Noise is the same everywhere, so it weighs more where contrast is low.
            let share = (self.levels.half[level].abs() / contrast).min(2.0);
            *likely *= 2.0 / equaliser.noise.max(0.01) * share * share;
        }
        Some(())
    }

    /// Another round: what was seen is believed as far as it is sure.
    fn again(&mut self) -> Option<()> {
        let (ink, weight) = known(self.layout);
        for (place, likely) in self.likely.iter().enumerate() {
            if weight[place] > 0.0 {
                self.ink[place] = ink[place];
                self.weight[place] = 1.0;
            } else {
                let sure = (likely / 2.0).tanh();
                self.ink[place] = if sure < 0.0 { -1.0 } else { 1.0 };
                self.weight[place] = sure * sure;
            }
        }
        self.settle(BLUR, 2)?;
        self.level();
        self.look()
    }

    /// White and black around each module, from what is believed.
    fn level(&mut self) {
        let side = self.layout.side;
        let mut expected = vec![-1.0; self.grid.values.len()];
        // A module's grey depends on its neighbours: a rough blur is enough for levels.
        let at = |column: isize, row: isize| {
            let inside = (0..side as isize).contains(&column) && (0..side as isize).contains(&row);
            if inside {
                let place = row as usize * side + column as usize;
                self.ink[place] * self.weight[place].sqrt()
            } else {
                -1.0
            }
        };
        let shares = [0.12, 0.76, 0.12];
        for (place, value) in expected.iter_mut().enumerate() {
            let (row, column) = (place / self.grid.side, place % self.grid.side);
            let (row, column) = (
                row as isize - BORDER as isize,
                column as isize - BORDER as isize,
            );
            *value = 0.0;
            for (dy, down) in shares.iter().enumerate() {
                for (dx, across) in shares.iter().enumerate() {
                    *value += down * across * at(column + dx as isize - 1, row + dy as isize - 1);
                }
            }
        }
        self.levels = Levels::of_belief(&self.grid, &expected, &mut self.scratch);
    }
}

/// The formats by how well they fit both copies of the format information, the best first.
pub(super) fn formats(layout: &Layout, likely: &[f32]) -> Vec<Format> {
    let bits: Vec<f32> = (0..15)
        .map(|bit| {
            layout
                .format_places(bit)
                .iter()
                .map(|place| likely[*place].clamp(-6.0, 6.0))
                .sum()
        })
        .collect();
    let fit = |five: u16| -> f32 {
        let printed = format_bits(five);
        bits.iter()
            .enumerate()
            .map(|(nth, bit)| {
                if printed >> (14 - nth) & 1 == 1 {
                    *bit
                } else {
                    -bit
                }
            })
            .sum()
    };
    let mut all: Vec<(f32, u16)> = (0..32).map(|five| (fit(five), five)).collect();
    all.sort_unstable_by(|one, two| two.0.total_cmp(&one.0));
    all.into_iter().map(|(_, five)| Format::of(five)).collect()
}
