//! One line in the picture: a curve through the centres of its thirty letters, and the direction of
//! down at both ends.

use super::{
    bars::Bar,
    network::{CROP_HEIGHT, CROP_WIDTH, Crop, PITCH},
};
use crate::raster::{Bilinear, least_squares::parabola};

/// Number of letters of a line.
pub(super) const LETTERS: usize = 30;

type Curve = (f32, f32, f32);

fn value_at(curve: &Curve, at: f32) -> f32 {
    curve.0 + curve.1 * at + curve.2 * at * at
}

/// A line in the picture's pixels. Positions along it are counted in letters: the first letter
/// reaches from 0 to 1, the last one from 29 to 30.
#[derive(Debug, Clone)]
pub(super) struct Row {
    x: Curve,
    y: Curve,
    /// The vector from the centre of a letter downwards by one pitch, at both ends of the line.
    down: [(f32, f32); 2],
}

impl Row {
    /// The line of a bar in this reading direction, with letters perpendicular to it.
    pub fn of(bar: &Bar, along: (f32, f32), scale: f32) -> Self {
        let sign = if along.0 * bar.along.0 + along.1 * bar.along.1 < 0.0 {
            -1.0
        } else {
            1.0
        };
        let points = [-1.0f32, 0.0, 1.0].map(|end| {
            let (x, y) = bar.at(sign * end * bar.half);
            (x * scale, y * scale)
        });
        let pitch = bar.half * 2.0 * scale / LETTERS as f32;
        let down = (-along.1 * pitch, along.0 * pitch);
        Self::through(points, [down; 2])
    }

    /// The line through a beginning, a middle and an end.
    fn through([a, b, c]: [(f32, f32); 3], down: [(f32, f32); 2]) -> Self {
        let length = LETTERS as f32;
        let curve = |a: f32, b: f32, c: f32| {
            let bend = (a - 2.0 * b + c) * 2.0;
            (a, (c - a - bend) / length, bend / (length * length))
        };
        Self {
            x: curve(a.0, b.0, c.0),
            y: curve(a.1, b.1, c.1),
            down,
        }
    }

    /// The picture's point at a position of the line; `down` in pitches.
    pub fn at(&self, along: f32, down: f32) -> (f32, f32) {
        let share = along / LETTERS as f32;
        let [first, last] = self.down;
        (
            value_at(&self.x, along) + down * (first.0 + (last.0 - first.0) * share),
            value_at(&self.y, along) + down * (first.1 + (last.1 - first.1) * share),
        )
    }

    /// Pixels of the picture from one letter to the next (the pitch).
    pub fn pitch(&self) -> f32 {
        let (a, b) = (self.at(0.0, 0.0), self.at(LETTERS as f32, 0.0));
        (b.0 - a.0).hypot(b.1 - a.1) / LETTERS as f32
    }

    fn points(&self) -> [(f32, f32); 3] {
        [0.0, 0.5, 1.0].map(|share| self.at(share * LETTERS as f32, 0.0))
    }

    /// The same line upside down.
    pub fn turned(&self) -> Self {
        let [a, b, c] = self.points();
        let [first, last] = self.down;
        Self::through([c, b, a], [(-last.0, -last.1), (-first.0, -first.1)])
    }

    /// The line at `steps` times the distance from this one to `next`.
    pub fn beyond(&self, next: &Row, steps: f32) -> Self {
        let (from, to) = (self.points(), next.points());
        let mut points = from;
        for (point, to) in points.iter_mut().zip(to) {
            point.0 += (to.0 - point.0) * steps;
            point.1 += (to.1 - point.1) * steps;
        }
        Self::through(points, self.down)
    }

    /// The line `third`, with its letters aligned below those of this line and of `next`.
    pub fn continued(&self, next: &Row, third: &Row) -> Self {
        let [from, to, beyond] = [self, next, third].map(Row::points);
        let (start, end) = (beyond[0], beyond[2]);
        let long = (end.0 - start.0).hypot(end.1 - start.1).max(0.1);
        let across = |(x, y): (f32, f32), (u, v): (f32, f32)| {
            ((u - x) * (start.1 - end.1) + (v - y) * (end.0 - start.0)) / long
        };
        let mut points = from;
        for ((point, to), beyond) in points.iter_mut().zip(to).zip(beyond) {
            let step = across(*point, to);
            let steps = if step.abs() < 0.1 {
                2.0
            } else {
                (across(*point, beyond) / step).clamp(1.4, 2.6)
            };
            *point = (
                point.0 + (to.0 - point.0) * steps,
                point.1 + (to.1 - point.1) * steps,
            );
        }
        Self::through(points, third.down)
    }

    /// The line this many pitches below.
    pub fn below(&self, letters: f32) -> Self {
        Self::through(
            [0.0, 0.5, 1.0].map(|share| self.at(share * LETTERS as f32, letters)),
            self.down,
        )
    }

    /// Fits the line to the letters found: (index, position along, weight).
    pub fn follow(&mut self, letters: &[(usize, f32, f32)]) {
        let seen = |pick: fn((f32, f32)) -> f32| {
            parabola(letters.iter().map(|(nth, along, weight)| {
                (*nth as f32 + 0.5, pick(self.at(*along, 0.0)), *weight)
            }))
        };
        if let (Some(x), Some(y)) = (seen(|point| point.0), seen(|point| point.1)) {
            (self.x, self.y) = (x, y);
        }
    }

    /// Moves the line down by the parabola through points (position along, pitches down).
    pub fn lower(&mut self, by: &[(f32, f32)]) {
        let Some(curve) = parabola(by.iter().map(|(along, down)| (*along, *down, 1.0))) else {
            return;
        };
        let points = [0.0, 0.5, 1.0].map(|share| {
            let along = share * LETTERS as f32;
            self.at(along, value_at(&curve, along))
        });
        *self = Self::through(points, self.down);
    }

    /// Sets the vectors downwards at both ends.
    pub fn set_down(&mut self, down: [(f32, f32); 2]) {
        self.down = down;
    }

    /// The vectors downwards at both ends.
    pub fn down(&self) -> [(f32, f32); 2] {
        self.down
    }

    /// Rectifies the line: `columns` × `rows` grey values, `PITCH` of them for a letter, from the
    /// position `from` and around its centre line.
    pub fn sample(&self, luma: Bilinear<u8>, from: f32, columns: usize, rows: usize) -> Strip {
        let unit = 1.0 / PITCH as f32;
        // As many samples are averaged as the picture has pixels for one of the strip; each sample
        // is interpolated between four pixels already.
        let fine = (self.pitch() * unit / 2.0).ceil().clamp(1.0, 4.0) as usize;
        let step = unit / fine as f32;
        let mut values = vec![0.0; columns * rows];
        let share = 1.0 / (fine * fine) as f32;
        for column in 0..columns * fine {
            let along = from + (column as f32 + 0.5) * step;
            let top = -(rows as f32) / 2.0 * unit + step / 2.0;
            let (mut x, mut y) = self.at(along, top);
            let below = self.at(along, top + step);
            let deep = (below.0 - x, below.1 - y);
            for row in 0..rows * fine {
                values[row / fine * columns + column / fine] += luma.at(x, y) * share;
                (x, y) = (x + deep.0, y + deep.1);
            }
        }
        Strip { columns, values }
    }
}

/// A rectified line.
pub(super) struct Strip {
    columns: usize,
    values: Vec<f32>,
}

impl Strip {
    /// Number of crops, one at each column.
    pub fn crops(&self) -> usize {
        (self.columns + 1).saturating_sub(CROP_WIDTH)
    }

    /// The crop with this upper left corner, normalised.
    pub fn crop(&self, column: usize, top: usize) -> Crop {
        let mut crop = [0.0; CROP_WIDTH * CROP_HEIGHT];
        for (row, out) in crop.chunks_exact_mut(CROP_WIDTH).enumerate() {
            let start = (top + row) * self.columns + column;
            out.copy_from_slice(&self.values[start..][..CROP_WIDTH]);
        }
        super::network::normalise(&mut crop);
        crop
    }
}
