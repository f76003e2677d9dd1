//! Where the three lines may stand: bars of print that run side by side as the lines do.

use super::{ink::Bar, row::Row};

/// Three lines, the upper one first when they are read along their direction.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub rows: [Row; 3],
    /// How much speaks for it; only good for putting places in order.
    pub score: f32,
}

impl Place {
    /// The same seen upside down.
    pub fn turned(&self) -> Self {
        let [first, second, third] = &self.rows;
        Self {
            rows: [third.turned(), second.turned(), first.turned()],
            score: self.score,
        }
    }
}

/// From one line to the next as a share of a line's length: 5.4 mm of 76 on a card, with room
/// for other printings and for cards seen from one side.
const STEP: std::ops::RangeInclusive<f32> = 0.042..=0.108;
/// What it is where only one line was seen.
const USUAL_STEP: f32 = 0.072;
/// Lines may differ by this many degrees where the card is seen from one side.
const PARALLEL: f32 = 0.12;
/// Places that are worth a look.
const MAX_PLACES: usize = 6;

/// The places that these bars allow, best first. `scale` takes the bars' pixels to the
/// picture's.
pub(super) fn places(bars: &[Bar], scale: f32, out: &mut Vec<Place>) {
    for (nth, bar) in bars.iter().enumerate() {
        let length = bar.half * 2.0;
        // Neighbours with their distance, to one side and to the other.
        let mut beside: Vec<(f32, &Bar)> = Vec::new();
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
            let aside = dy * bar.along.0 - dx * bar.along.1;
            let alike = (0.55..=1.8).contains(&(neighbour.half / bar.half));
            if cross.abs() < PARALLEL && forward.abs() < 0.3 * length && alike {
                beside.push((aside / length, neighbour));
            }
        }
        let is_step = |step: f32| STEP.contains(&step);
        for (above, first) in beside.iter().filter(|(aside, _)| is_step(-aside)) {
            for (below, third) in beside.iter().filter(|(aside, _)| is_step(*aside)) {
                let evenness = (-above / below).max(-below / above);
                if evenness < 1.6 {
                    let score = (first.half + third.half) * 2.0 + length
                        - length * (evenness - 1.0)
                        - unlike(first, bar, third);
                    out.push(Place::of(
                        [first, bar, third].map(|bar| Row::of(bar, bar.along, scale)),
                        score * scale,
                    ));
                }
            }
        }
        for (below, second) in &beside {
            if is_step(*below) {
                // One is missing: above these two, or below them.
                let rows = [bar, second].map(|bar| Row::of(bar, bar.along, scale));
                let score = (length + second.half) * scale * 0.8;
                out.push(Place::of(
                    [
                        rows[0].beyond(&rows[1], -1.0),
                        rows[0].clone(),
                        rows[1].clone(),
                    ],
                    score,
                ));
                out.push(Place::of(
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
                out.push(Place::of(
                    [
                        rows[0].clone(),
                        rows[0].beyond(&rows[1], 0.5),
                        rows[1].clone(),
                    ],
                    score,
                ));
            }
        }
        if beside.is_empty() {
            let row = Row::of(bar, bar.along, scale);
            let next = row.aside(USUAL_STEP * 30.0);
            let score = length * scale * 0.4;
            for above in [0.0, -1.0, -2.0] {
                let rows = [0.0, 1.0, 2.0].map(|nth| row.beyond(&next, above + nth));
                out.push(Place::of(rows, score));
            }
        }
    }
    out.sort_by(|a, b| b.score.total_cmp(&a.score));
    out.truncate(MAX_PLACES);
}

impl Place {
    fn of(rows: [Row; 3], score: f32) -> Self {
        Self { rows, score }
    }
}

/// How far the ends of three lines are from standing below each other.
fn unlike(first: &Bar, second: &Bar, third: &Bar) -> f32 {
    (first.half - second.half).abs() + (third.half - second.half).abs()
}

/// Puts the places in an order that the codes of the same card speak for, and each the right
/// way up: the lines stand below the codes and run as they do.
pub(super) fn prefer_below(places: &mut [Place], codes: &[[(f32, f32); 4]]) {
    let Some([a, b, _, d]) = codes.first() else {
        return;
    };
    let (along, down) = ((b.0 - a.0, b.1 - a.1), (d.0 - a.0, d.1 - a.1));
    for place in places.iter_mut() {
        let [first, _, third] = &place.rows;
        let (start, end) = (first.at(0.0, 0.0), first.at(30.0, 0.0));
        let middle = third.at(15.0, 0.0);
        let run = ((end.0 - start.0) * along.0 + (end.1 - start.1) * along.1)
            / ((end.0 - start.0).hypot(end.1 - start.1) * along.0.hypot(along.1)).max(0.1);
        if run < 0.0 {
            *place = place.turned();
        }
        let below = (middle.0 - a.0) * down.0 + (middle.1 - a.1) * down.1 > 0.0;
        if run.abs() > 0.9 && below {
            place.score *= 2.0;
        }
    }
    places.sort_by(|a, b| b.score.total_cmp(&a.score));
}
