//! Candidates for the zone: bars of print that are parallel and spaced like its three lines.

use super::{bars::Bar, row::Row};

/// Three lines that may be the zone, the upper one first in reading direction.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub rows: [Row; 3],
    /// Its score, which only serves to order candidates.
    pub score: f32,
}

impl Candidate {
    /// The same upside down.
    pub fn turned(&self) -> Self {
        let [first, second, third] = &self.rows;
        Self {
            rows: [third.turned(), second.turned(), first.turned()],
            score: self.score,
        }
    }
}

/// Distance between lines as a share of their length: 5.4 mm of 76 on a card, with a margin for other
/// printings and for perspective.
const STEP: std::ops::RangeInclusive<f32> = 0.042..=0.108;
/// The distance that is assumed where only one line was found.
const USUAL_STEP: f32 = 0.072;
/// Greatest sine of the angle between two lines, for perspective.
const MOST_ANGLE: f32 = 0.12;
/// Most candidates that are returned.
const MOST_CANDIDATES: usize = 6;

/// The candidates that these bars allow, best first. `scale` converts the bars' pixels to the
/// picture's.
pub(super) fn candidates(bars: &[Bar], scale: f32, out: &mut Vec<Candidate>) {
    for (nth, bar) in bars.iter().enumerate() {
        let length = bar.half * 2.0;
        // Parallel neighbours with their signed distance.
        let mut neighbours: Vec<(f32, &Bar)> = Vec::new();
        for (other, neighbour) in bars.iter().enumerate() {
            if other == nth {
                continue;
            }
            let cross = bar.along.0 * neighbour.along.1 - bar.along.1 * neighbour.along.0;
            let (dx, dy) = (
                neighbour.middle.0 - bar.middle.0,
                neighbour.middle.1 - bar.middle.1,
            );
            let forward = dx * bar.along.0 + dy * bar.along.1;
            let offset = dy * bar.along.0 - dx * bar.along.1;
            let alike = (0.55..=1.8).contains(&(neighbour.half / bar.half));
            if cross.abs() < MOST_ANGLE && forward.abs() < 0.3 * length && alike {
                neighbours.push((offset / length, neighbour));
            }
        }
        let is_step = |step: f32| STEP.contains(&step);
        for (above, first) in neighbours.iter().filter(|(offset, _)| is_step(-offset)) {
            for (below, third) in neighbours.iter().filter(|(offset, _)| is_step(*offset)) {
                let evenness = (-above / below).max(-below / above);
                if evenness < 1.6 {
                    let score = (first.half + third.half) * 2.0 + length
                        - length * (evenness - 1.0)
                        - length_difference(first, bar, third);
                    out.push(Candidate::of(
                        [first, bar, third].map(|bar| Row::of(bar, bar.along, scale)),
                        score * scale,
                    ));
                }
            }
        }
        for (below, second) in &neighbours {
            if is_step(*below) {
                // One line is missing: above these two, or below them.
                let rows = [bar, second].map(|bar| Row::of(bar, bar.along, scale));
                let score = (length + second.half) * scale * 0.8;
                out.push(Candidate::of(
                    [
                        rows[0].beyond(&rows[1], -1.0),
                        rows[0].clone(),
                        rows[1].clone(),
                    ],
                    score,
                ));
                out.push(Candidate::of(
                    [
                        rows[0].clone(),
                        rows[1].clone(),
                        rows[0].beyond(&rows[1], 2.0),
                    ],
                    score,
                ));
            } else if is_step(below / 2.0) {
                let rows = [bar, second].map(|bar| Row::of(bar, bar.along, scale));
                let score = (length + second.half) * scale * 0.7;
                out.push(Candidate::of(
                    [
                        rows[0].clone(),
                        rows[0].beyond(&rows[1], 0.5),
                        rows[1].clone(),
                    ],
                    score,
                ));
            }
        }
        if neighbours.is_empty() {
            let row = Row::of(bar, bar.along, scale);
            let next = row.below(USUAL_STEP * 30.0);
            let score = length * scale * 0.4;
            for above in [0.0, -1.0, -2.0] {
                let rows = [0.0, 1.0, 2.0].map(|nth| row.beyond(&next, above + nth));
                out.push(Candidate::of(rows, score));
            }
        }
    }
    out.sort_by(|a, b| b.score.total_cmp(&a.score));
    out.truncate(MOST_CANDIDATES);
}

impl Candidate {
    fn of(rows: [Row; 3], score: f32) -> Self {
        Self { rows, score }
    }
}

/// How much the lengths of three lines differ.
fn length_difference(first: &Bar, second: &Bar, third: &Bar) -> f32 {
    (first.half - second.half).abs() + (third.half - second.half).abs()
}

/// Orders the candidates by their position relative to the codes of the same card, and turns each
/// upright: the lines are below the codes and run in the same direction.
pub(super) fn prefer_below(candidates: &mut [Candidate], codes: &[[(f32, f32); 4]]) {
    let Some([a, b, _, d]) = codes.first() else {
        return;
    };
    let (along, down) = ((b.0 - a.0, b.1 - a.1), (d.0 - a.0, d.1 - a.1));
    for candidate in candidates.iter_mut() {
        let [first, _, third] = &candidate.rows;
        let (start, end) = (first.at(0.0, 0.0), first.at(30.0, 0.0));
        let middle = third.at(15.0, 0.0);
        let run = ((end.0 - start.0) * along.0 + (end.1 - start.1) * along.1)
            / ((end.0 - start.0).hypot(end.1 - start.1) * along.0.hypot(along.1)).max(0.1);
        if run < 0.0 {
            *candidate = candidate.turned();
        }
        let below = (middle.0 - a.0) * down.0 + (middle.1 - a.1) * down.1 > 0.0;
        if run.abs() > 0.9 && below {
            candidate.score *= 2.0;
        }
    }
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
}
