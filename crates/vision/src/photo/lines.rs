//! Straight edges of a small view, which may be sides of a card.

use image::RgbImage;
use std::f32::consts::PI;

/// An edge pixel.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Edge {
    /// The step across it; 0 where there is no edge.
    pub strength: f32,
    /// The direction of the gradient, of length 1.
    pub across: (f32, f32),
}

/// The edge pixels of a picture.
pub(super) struct Edges {
    pub width: usize,
    pub height: usize,
    pub at: Vec<Edge>,
}

/// A straight line: the points p with p · normal = offset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    /// Its normal, of length 1.
    pub normal: (f32, f32),
    /// Its distance from the origin.
    pub offset: f32,
    /// The strength of the edges on it, summed.
    pub votes: f32,
}

impl Line {
    /// The intersection of two lines; `None` for nearly parallel ones.
    pub fn meets(&self, other: &Line) -> Option<(f32, f32)> {
        let ((a, b), (c, d)) = (self.normal, other.normal);
        let det = a * d - b * c;
        (det.abs() > 0.05).then(|| {
            (
                (self.offset * d - other.offset * b) / det,
                (other.offset * a - self.offset * c) / det,
            )
        })
    }

    /// The cosine of the angle between two lines: 1 for parallel ones.
    pub fn parallelism(&self, other: &Line) -> f32 {
        (self.normal.0 * other.normal.0 + self.normal.1 * other.normal.1).abs()
    }
}

/// Least step of an edge.
const LEAST_STEP: f32 = 10.0;

/// The edges of a picture (Sobel): in each pixel of the channel with the greatest gradient, thinned
/// by non-maximum suppression across the edge.
pub(super) fn edges(picture: &RgbImage) -> Edges {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut steep = vec![Edge::default(); width * height];
    let raw = picture.as_raw();
    let at = |x: usize, y: usize, channel: usize| i32::from(raw[(y * width + x) * 3 + channel]);
    for y in 1..height.saturating_sub(1) {
        for x in 1..width.saturating_sub(1) {
            let mut best = (0i32, 0i32, 0i32);
            for channel in 0..3 {
                let column =
                    |x| at(x, y - 1, channel) + 2 * at(x, y, channel) + at(x, y + 1, channel);
                let row = |y| at(x - 1, y, channel) + 2 * at(x, y, channel) + at(x + 1, y, channel);
                let (dx, dy) = (column(x + 1) - column(x - 1), row(y + 1) - row(y - 1));
                let square = dx * dx + dy * dy;
                if square > best.0 {
                    best = (square, dx, dy);
                }
            }
            let strength = (best.0 as f32).sqrt() / 4.0;
            if strength >= LEAST_STEP {
                let length = strength * 4.0;
                steep[y * width + x] = Edge {
                    strength,
                    across: (best.1 as f32 / length, best.2 as f32 / length),
                };
            }
        }
    }
    let at = (0..width * height)
        .map(|place| {
            let edge = steep[place];
            if edge.strength == 0.0 {
                return edge;
            }
            let step =
                edge.across.0.round() as isize + edge.across.1.round() as isize * width as isize;
            let neighbour = |sign: isize| {
                place
                    .checked_add_signed(sign * step)
                    .and_then(|place| steep.get(place))
                    .map_or(0.0, |edge| edge.strength)
            };
            if edge.strength >= neighbour(1) && edge.strength >= neighbour(-1) {
                edge
            } else {
                Edge::default()
            }
        })
        .collect();
    Edges { width, height, at }
}

/// Number of angles: steps of two degrees.
const ANGLES: usize = 90;
/// Step of the offset, in pixels.
const STEP: f32 = 2.0;
/// Greatest vote of an edge, so that black print does not outvote the rim of a pale card.
const STRONGEST: f32 = 40.0;

/// The strongest straight lines, best first, by a Hough transform in which each edge votes for its
/// own direction only.
pub(super) fn lines(edges: &Edges, most: usize) -> Vec<Line> {
    let diagonal = (edges.width as f32).hypot(edges.height as f32);
    let offsets = (2.0 * diagonal / STEP) as usize + 3;
    let normals: Vec<(f32, f32)> = (0..ANGLES)
        .map(|nth| (nth as f32 * PI / ANGLES as f32).sin_cos())
        .map(|(sin, cos)| (cos, sin))
        .collect();
    let mut votes = vec![0f32; ANGLES * offsets];
    for (place, edge) in edges.at.iter().enumerate() {
        if edge.strength == 0.0 {
            continue;
        }
        let (x, y) = ((place % edges.width) as f32, (place / edges.width) as f32);
        let angle = edge.across.1.atan2(edge.across.0).rem_euclid(PI);
        let nearest = (angle * ANGLES as f32 / PI).round() as usize;
        let weight = edge.strength.min(STRONGEST);
        for turn in 0..5 {
            let nth = (nearest + ANGLES + turn - 2) % ANGLES;
            let (a, b) = normals[nth];
            let bin = ((x * a + y * b + diagonal) / STEP).round() as usize;
            votes[nth * offsets + bin.min(offsets - 1)] += weight;
        }
    }
    let mut found: Vec<Line> = Vec::new();
    let mut peaks: Vec<(f32, usize)> = votes
        .iter()
        .copied()
        .enumerate()
        .map(|(place, vote)| (vote, place))
        .filter(|(vote, _)| *vote > STRONGEST * 8.0)
        .collect();
    peaks.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
    for (vote, place) in peaks {
        let (nth, bin) = (place / offsets, place % offsets);
        let line = Line {
            normal: normals[nth],
            offset: bin as f32 * STEP - diagonal,
            votes: vote,
        };
        // Non-maximum suppression: a line next to a stronger one is the same line.
        let middle = (edges.width as f32 / 2.0, edges.height as f32 / 2.0);
        let from_middle =
            |line: &Line| line.offset - middle.0 * line.normal.0 - middle.1 * line.normal.1;
        let same = |old: &Line| {
            let sign = (old.normal.0 * line.normal.0 + old.normal.1 * line.normal.1).signum();
            old.parallelism(&line) > 0.99
                && (from_middle(old) * sign - from_middle(&line)).abs() < 5.0
        };
        if !found.iter().any(same) {
            found.push(line);
            if found.len() == most {
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn the_four_sides_of_a_rectangle_are_the_strongest_lines() {
        let picture = RgbImage::from_fn(200, 120, |x, y| {
            let inside = (40..160).contains(&x) && (30..90).contains(&y);
            Rgb([if inside { 220 } else { 60 }; 3])
        });
        let found = lines(&edges(&picture), 8);
        for (normal, offset) in [
            ((1.0, 0.0), 39.5),
            ((1.0, 0.0), 159.5),
            ((0.0, 1.0), 29.5),
            ((0.0, 1.0), 89.5),
        ] {
            let expected = Line {
                normal,
                offset,
                votes: 0.0,
            };
            assert!(
                found[..4]
                    .iter()
                    .any(|line| line.parallelism(&expected) > 0.999
                        && (line.offset.abs() - offset).abs() < 2.5),
                "{expected:?} in {found:?}"
            );
        }
        assert!(lines(&edges(&RgbImage::new(3, 200)), 8).is_empty());
        assert!(lines(&edges(&RgbImage::new(1, 1)), 8).is_empty());
    }
}
