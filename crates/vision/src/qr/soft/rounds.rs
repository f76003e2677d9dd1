//! Reading a code in rounds: the fixed patterns train pose, levels and equaliser; the log-likelihood
//! ratios of all modules that result train them again.

use super::{
    SoftRead,
    align::{Comparisons, Prior, fixed_patterns, step},
    blocks::{Format, Stream},
    equaliser::Equaliser,
    fixed_patterns::aligned,
    layout::{Layout, format_bits},
    levels::{Levels, Scratch},
    patch::{BORDER, Grid, Patch},
};
use crate::qr::pose::Pose;
use image::GrayImage;

/// Number of rounds.
const ROUNDS: usize = 4;
/// Rounds after which blocks are searched too.
const SEARCH_ROUNDS: [usize; 2] = [1, ROUNDS - 1];
/// With more noise than this on the fixed patterns there is no code to read.
const MOST_NOISE: f32 = 0.8;
/// Standard deviation of the blur model, in modules.
const BLUR: f32 = 0.5;
/// Most formats that are tried.
const FORMATS: usize = 2;

/// The view of one code in one picture, refined round by round.
struct CodeView<'a> {
    patch: &'a Patch,
    layout: &'a Layout,
    pose: Pose,
    grid: Grid,
    seen: Vec<f32>,
    levels: Levels,
    /// The darkness of each module as known or read so far, and its weight.
    darkness: Vec<f32>,
    weight: Vec<f32>,
    /// The log-likelihood ratio of each module, dark against light.
    log_ratios: Vec<f32>,
    scratch: Scratch,
}

/// The reading of a code in one picture.
pub(super) struct Observation {
    /// The code, if it could be read.
    pub read: Option<SoftRead>,
    /// The log-likelihood ratios of the modules in the last round.
    pub log_ratios: Vec<f32>,
    /// The pose of the last round, in the picture's pixels.
    pub pose: Pose,
}

/// Runs the rounds until the code is read. `None` where there is nothing to read.
pub(super) fn observe(
    luma: &GrayImage,
    pose: &Pose,
    layout: &Layout,
    should_stop: &dyn Fn() -> bool,
) -> Option<Observation> {
    let (patch, pose, origin) = Patch::cut(luma, pose)?;
    let (pose, _) = aligned(&patch, &pose)?;
    let mut view = CodeView::first(&patch, layout, pose)?;
    let mut read = None;
    for round in 0..ROUNDS {
        if should_stop() || (round > 0 && view.next_round().is_none()) {
            break;
        }
        let effort = if SEARCH_ROUNDS.contains(&round) {
            Effort::Search
        } else {
            Effort::Correct
        };
        let pose = origin.back(&view.pose)?;
        read = decode(layout, &view.log_ratios, pose, effort).map(|decoded| decoded.read);
        if read.is_some() {
            break;
        }
    }
    Some(Observation {
        read,
        pose: origin.back(&view.pose)?,
        log_ratios: view.log_ratios,
    })
}

/// A decoded code with its format.
pub(super) struct Decoded {
    pub read: SoftRead,
    pub format: Format,
    /// All codewords, in the order in which they are printed.
    pub codewords: Vec<u8>,
}

/// The effort of decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Error correction with doubtful codewords as erasures.
    Correct,
    /// Also a search for the blocks that this leaves.
    Search,
}

/// Decodes log-likelihood ratios of modules, if the confidence is sufficient.
pub(super) fn decode(
    layout: &Layout,
    log_ratios: &[f32],
    pose: Pose,
    effort: Effort,
) -> Option<Decoded> {
    let formats = formats(layout, log_ratios).into_iter().take(FORMATS);
    let streams = formats.map(|format| (format, Stream::of(layout, log_ratios, format)));
    for (nth, (format, stream)) in streams.enumerate() {
        let mut read = stream.read();
        // A search is slow: only for the most likely format.
        if read.is_none() && nth == 0 && effort == Effort::Search {
            read = stream.search();
        }
        let Some(read) = read else { continue };
        return Some(Decoded {
            read: SoftRead {
                bytes: read.content.bytes,
                character_set: read.content.character_set,
                corrected: read.corrected,
                erased: read.erased,
                level: format.level,
                pose,
                confidence: read.confidence,
            },
            format,
            codewords: read.codewords,
        });
    }
    None
}

impl<'a> CodeView<'a> {
    /// The first round, from the fixed patterns alone.
    fn first(patch: &'a Patch, layout: &'a Layout, pose: Pose) -> Option<Self> {
        let (darkness, weight) = fixed_patterns(layout);
        let mut grid = Grid::empty(layout.side);
        grid.sample(patch, &pose.plane().projection());
        let levels = Levels::of_extremes(&grid);
        let mut view = Self {
            patch,
            layout,
            pose,
            seen: vec![0.0; grid.values.len()],
            grid,
            levels,
            log_ratios: vec![0.0; darkness.len()],
            darkness,
            weight,
            scratch: Scratch::default(),
        };
        view.refine_pose(BLUR, 3)?;
        view.levels = Levels::of_extremes(&view.grid);
        view.equalise()?;
        Some(view)
    }

    /// Refines the pose by Gauss-Newton on the modules read so far, and samples the modules again.
    fn refine_pose(&mut self, blur: f32, steps: usize) -> Option<()> {
        let prior = Prior {
            layout: self.layout,
            darkness: &self.darkness,
            weight: &self.weight,
        };
        let points = Comparisons::of(&prior, blur, &self.levels.middle, &self.levels.half);
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
        // The last step is kept unchecked: the step before it was an improvement.
        self.pose = if best.1.is_finite() { pose } else { self.pose };
        self.grid
            .sample(self.patch, &self.pose.plane().projection());
        Some(())
    }

    /// Trains the equaliser on the modules read so far, and applies it to every module.
    fn equalise(&mut self) -> Option<()> {
        self.levels.normalise(&self.grid, &mut self.seen);
        let equaliser = Equaliser::train(&self.grid, &self.seen, &self.darkness, &self.weight)?;
        if equaliser.noise > MOST_NOISE {
            return None;
        }
        equaliser.apply(&self.grid, &self.seen, &mut self.log_ratios);
        let contrast: f32 = self.levels.half.iter().map(|half| half.abs()).sum::<f32>()
            / self.levels.half.len() as f32;
        let side = self.layout.side;
        for (place, log_ratios) in self.log_ratios.iter_mut().enumerate() {
            let level = self.grid.place(place % side, place / side);
            // Noise is the same everywhere, so that low contrast means low confidence.
            let share = (self.levels.half[level].abs() / contrast).min(2.0);
            *log_ratios *= 2.0 / equaliser.noise.max(0.01) * share * share;
        }
        Some(())
    }

    /// Another round: the modules read so far enter with the weight of their confidence.
    fn next_round(&mut self) -> Option<()> {
        let (darkness, weight) = fixed_patterns(self.layout);
        for (place, log_ratios) in self.log_ratios.iter().enumerate() {
            if weight[place] > 0.0 {
                self.darkness[place] = darkness[place];
                self.weight[place] = 1.0;
            } else {
                let sure = (log_ratios / 2.0).tanh();
                self.darkness[place] = if sure < 0.0 { -1.0 } else { 1.0 };
                self.weight[place] = sure * sure;
            }
        }
        self.refine_pose(BLUR, 2)?;
        self.update_levels();
        self.equalise()
    }

    /// Estimates the levels again, from the modules read so far.
    fn update_levels(&mut self) {
        let side = self.layout.side;
        let mut expected = vec![-1.0; self.grid.values.len()];
        // The grey level of a module depends on its neighbours; for the levels a rough blur is
        // enough.
        let at = |column: isize, row: isize| {
            let inside = (0..side as isize).contains(&column) && (0..side as isize).contains(&row);
            if inside {
                let place = row as usize * side + column as usize;
                self.darkness[place] * self.weight[place].sqrt()
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
        self.levels = Levels::of_prior(&self.grid, &expected, &mut self.scratch);
    }
}

/// The formats by their correlation with both copies of the format information, best first.
pub(super) fn formats(layout: &Layout, log_ratios: &[f32]) -> Vec<Format> {
    let bits: Vec<f32> = (0..15)
        .map(|bit| {
            layout
                .format_places(bit)
                .iter()
                .map(|place| log_ratios[*place].clamp(-6.0, 6.0))
                .sum()
        })
        .collect();
    let score = |five: u16| -> f32 {
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
    let mut all: Vec<(f32, u16)> = (0..32).map(|five| (score(five), five)).collect();
    all.sort_unstable_by(|one, two| two.0.total_cmp(&one.0));
    all.into_iter().map(|(_, five)| Format::of(five)).collect()
}
