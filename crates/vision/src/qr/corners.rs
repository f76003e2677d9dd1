//! From three finder patterns to a pose: the version, and the position of the fourth corner.

use super::{found::Located, pose::Pose, squares::Squares};
use crate::raster::Bilinear;

type Grey<'a> = Bilinear<'a, u8>;

/// A pose and its score: the agreement with the fixed patterns of a code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub pose: Pose,
    pub score: f32,
}

/// Maximum displacement of the fourth corner from a parallelogram, relative to the code's size.
/// Worst case: 40° tilt at 10 cm.
const MOST_DISPLACED: f32 = 0.12;
/// Maximum displacement from the point where the sides of the patterns meet, in modules.
const REACH_WITH_SQUARES: i32 = 2;
/// Penalty for each square module of displacement.
const DISTANCE_PENALTY: f32 = 0.01;

/// Poses of a code with these finder patterns, the most plausible version first.
pub(super) fn candidates(grey: &Grey, place: &Located) -> Vec<Candidate> {
    let about = ((place.modules() - 17.0) / 4.0).round() as i32;
    let mut candidates: Vec<Candidate> = (about - 1..=about + 1)
        .filter_map(|version| candidate(grey, place, u8::try_from(version).ok()?))
        .collect();
    candidates.sort_by(|one, two| two.score.total_cmp(&one.score));
    candidates
}

fn candidate(grey: &Grey, place: &Located, version: u8) -> Option<Candidate> {
    let [bl, tl, tr] = place.centres.map(|(x, y)| (f64::from(x), f64::from(y)));
    let side = 17.0 + 4.0 * f64::from(version);
    let far = side - 3.5;
    // The point as far inside the fourth corner as the centres of the finder patterns are inside
    // theirs; from version 2 on it is three modules from the alignment pattern.
    let seen_there = |squares: Squares| Some(squares.pose(version)?.map(far, far));
    let opposite = place
        .squares
        .and_then(seen_there)
        .unwrap_or((tr.0 + bl.0 - tl.0, tr.1 + bl.1 - tl.1));
    let (across, down) = (
        ((tr.0 - tl.0) / (side - 7.0), (tr.1 - tl.1) / (side - 7.0)),
        ((bl.0 - tl.0) / (side - 7.0), (bl.1 - tl.1) / (side - 7.0)),
    );
    let pose_at = |u: f64, v: f64| {
        let seen = (
            opposite.0 + across.0 * u + down.0 * v,
            opposite.1 + across.1 * u + down.1 * v,
        );
        let modules = [(3.5, 3.5), (far, 3.5), (far, far), (3.5, far)];
        Pose::of_points(version, modules, [tl, tr, seen, bl])
    };
    let scored = |u: f64, v: f64| {
        let pose = pose_at(u, v)?;
        let distance = (u * u + v * v) as f32;
        let score = edge_contrast(grey, &pose) + 0.7 * alignment_correlation(grey, &pose)
            - DISTANCE_PENALTY * distance;
        Some((score, pose, u, v))
    };
    let mut best = scored(0.0, 0.0)?;
    let reach = match place.squares {
        Some(_) => REACH_WITH_SQUARES,
        None => (MOST_DISPLACED * side as f32).clamp(2.0, 6.0).round() as i32,
    };
    for v in -reach..=reach {
        for u in -reach..=reach {
            if let Some(one) = scored(f64::from(u), f64::from(v))
                && one.0 > best.0
            {
                best = one;
            }
        }
    }
    for step in [0.5, 0.25] {
        let (_, _, u, v) = best;
        for (du, dv) in [
            (1., 0.),
            (-1., 0.),
            (0., 1.),
            (0., -1.),
            (1., 1.),
            (-1., -1.),
        ] {
            if let Some(one) = scored(u + du * step, v + dv * step)
                && one.0 > best.0
            {
                best = one;
            }
        }
    }
    let (score, pose, _, _) = best;
    Some(Candidate {
        pose,
        score: score + timing_correlation(grey, &pose),
    })
}

fn at(grey: &Grey, pose: &Pose, u: f64, v: f64) -> f32 {
    let (x, y) = pose.map(u, v);
    grey.at(x as f32, y as f32)
}

/// Contrast between just outside and just inside the two sides that meet in the fourth corner.
/// It survives blur that destroys every other pattern.
fn edge_contrast(grey: &Grey, pose: &Pose) -> f32 {
    let side = pose.dimension() as f64;
    let (mut outside, mut inside, mut squares, mut count) = (0.0, 0.0, 0.0, 0.0);
    let mut place = 1.0;
    while place < side {
        for across in [true, false] {
            let seen = |depth: f64| {
                if across {
                    at(grey, pose, depth, place)
                } else {
                    at(grey, pose, place, depth)
                }
            };
            let (out, near, deep) = (seen(side + 0.9), seen(side - 0.6), seen(side - 1.6));
            let within = (near + deep) / 2.0;
            outside += out;
            inside += within;
            squares += (out * out + within * within) / 2.0;
            count += 1.0;
        }
        place += 1.5;
    }
    let mean = (outside + inside) / (2.0 * count);
    let deviation = (squares / count - mean * mean).max(4.0).sqrt();
    (outside - inside) / (2.0 * count * deviation)
}

/// Correlation with the alignment pattern next to the fourth corner.
fn alignment_correlation(grey: &Grey, pose: &Pose) -> f32 {
    if pose.version() < 2 {
        return 0.0;
    }
    let middle = pose.dimension() as f64 - 6.5;
    let mut pattern = PatternCorrelation::default();
    for v in -2i32..=2 {
        for u in -2i32..=2 {
            let dark = u.abs().max(v.abs()) != 1;
            let seen = at(grey, pose, middle + f64::from(u), middle + f64::from(v));
            pattern.add(seen, dark);
        }
    }
    pattern.value()
}

/// Correlation with both timing patterns, which tells one version from another.
fn timing_correlation(grey: &Grey, pose: &Pose) -> f32 {
    let side = pose.dimension();
    let row = |down: bool| {
        let mut pattern = PatternCorrelation::default();
        for place in 8..side - 8 {
            let (u, v) = (place as f64 + 0.5, 6.5);
            let seen = if down {
                at(grey, pose, v, u)
            } else {
                at(grey, pose, u, v)
            };
            pattern.add(seen, place % 2 == 0);
        }
        pattern.value()
    };
    row(true) + row(false)
}

/// Normalised correlation of grey levels with a pattern of dark and light modules.
#[derive(Default)]
struct PatternCorrelation {
    dark: (f32, f32),
    light: (f32, f32),
    squares: f32,
}

impl PatternCorrelation {
    fn add(&mut self, seen: f32, dark: bool) {
        let group = if dark {
            &mut self.dark
        } else {
            &mut self.light
        };
        group.0 += seen;
        group.1 += 1.0;
        self.squares += seen * seen;
    }

    /// The correlation, -1 to 1; positive where dark modules are darker.
    fn value(&self) -> f32 {
        let count = self.dark.1 + self.light.1;
        if self.dark.1 < 1.0 || self.light.1 < 1.0 {
            return 0.0;
        }
        let mean = (self.dark.0 + self.light.0) / count;
        let deviation = (self.squares / count - mean * mean).max(4.0).sqrt();
        let share = self.dark.1 / count;
        let difference = self.light.0 / self.light.1 - self.dark.0 / self.dark.1;
        difference * (share * (1.0 - share)).sqrt() / deviation
    }
}
