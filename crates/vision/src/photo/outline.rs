//! The outline of the card in the picture: its four corners, from its straight sides.

use super::{
    lines::{Edges, Line, edges, lines},
    plane::{CARD_HEIGHT, CARD_WIDTH, area, distance},
};
use crate::raster::{Point, order::quantile, views::ColourViews};
use image::RgbImage;

/// The outline of a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// Its corners in pixels of the picture, clockwise, beginning with a long side. The outline does
    /// not tell whether the card is upside down.
    pub corners: [Point; 4],
    /// The share of its sides with an edge, 0 to 1.
    pub support: f32,
    /// The share of the picture that it fills.
    pub fill: f32,
}

/// Side of the grid on which they are placed exactly.
const FINE: u32 = 1280;
/// Most lines that are combined: sides of the card, of its portrait, of the table.
const MOST_LINES: usize = 26;
/// Least share of each side with an edge.
const LEAST_SIDE: f32 = 0.34;
/// Least share of all four sides together.
const LEAST_SUPPORT: f32 = 0.58;
/// Least share of the picture: a smaller card cannot be read anyway.
const LEAST_FILL: f32 = 0.06;

/// Finds the outline of a card.
pub fn outline(picture: &RgbImage) -> Option<Outline> {
    find(&edges(ColourViews::new(picture).tiny()), picture)
}

/// Finds the outline of a card by the edges of a small view, and places it exactly on `picture`.
pub(super) fn find(edges: &Edges, picture: &RgbImage) -> Option<Outline> {
    if edges.width < 40 || edges.height < 40 {
        return None;
    }
    let lines = lines(edges, MOST_LINES);
    let rough = best(edges, &lines)?;
    let (sx, sy) = (
        picture.width() as f32 / edges.width as f32,
        picture.height() as f32 / edges.height as f32,
    );
    let corners = exact(picture, rough.corners.map(|(x, y)| (x * sx, y * sy)), sx);
    let whole = picture.width() as f32 * picture.height() as f32;
    Some(Outline {
        corners: clockwise(corners),
        support: rough.support,
        fill: area(&corners) / whole,
    })
}

struct Rough {
    corners: [Point; 4],
    support: f32,
    score: f32,
}

/// The best quadrilateral of two pairs of opposite lines.
fn best(edges: &Edges, lines: &[Line]) -> Option<Rough> {
    let shorter = edges.width.min(edges.height) as f32;
    let middle = (edges.width as f32 / 2.0, edges.height as f32 / 2.0);
    let from_middle =
        |line: &Line| line.offset - middle.0 * line.normal.0 - middle.1 * line.normal.1;
    let mut pairs = Vec::new();
    for (nth, one) in lines.iter().enumerate() {
        for other in &lines[nth + 1..] {
            let sign = (one.normal.0 * other.normal.0 + one.normal.1 * other.normal.1).signum();
            let distance = (from_middle(one) - sign * from_middle(other)).abs();
            if one.parallelism(other) > 0.88 && distance > shorter * 0.18 {
                pairs.push((*one, *other, one.votes.min(other.votes)));
            }
        }
    }
    pairs.sort_unstable_by(|one, other| other.2.total_cmp(&one.2));
    pairs.truncate(110);
    let mut found: Option<Rough> = None;
    for (nth, (a, b, _)) in pairs.iter().enumerate() {
        for (c, d, _) in &pairs[nth + 1..] {
            if a.parallelism(c) > 0.6 {
                continue;
            }
            let (Some(p), Some(q), Some(r), Some(s)) =
                (a.meets(c), c.meets(b), b.meets(d), d.meets(a))
            else {
                continue;
            };
            let corners = [p, q, r, s];
            let least = found.as_ref().map_or(0.0, |best| best.score);
            if let Some(rough) = scored(edges, corners, least) {
                found = Some(rough);
            }
        }
    }
    found
}

/// The score of these corners as the outline of a card; `None` if not above `least`.
fn scored(edges: &Edges, corners: [Point; 4], least: f32) -> Option<Rough> {
    let (width, height) = (edges.width as f32, edges.height as f32);
    let (loose_x, loose_y) = (width * 0.03, height * 0.03);
    let inside =
        |(x, y): Point| x > -loose_x && y > -loose_y && x < width + loose_x && y < height + loose_y;
    if !corners.iter().all(|corner| inside(*corner)) {
        return None;
    }
    let fill = area(&corners) / (width * height);
    let side = |nth: usize| distance(corners[nth], corners[(nth + 1) % 4]);
    let (first, second) = (side(0) + side(2), side(1) + side(3));
    let ratio = first.max(second) / first.min(second).max(1.0);
    let even = |one: f32, other: f32| one.max(other) / one.min(other).max(1.0) < 1.7;
    let expected = CARD_WIDTH / CARD_HEIGHT;
    if fill < LEAST_FILL
        || !(expected * 0.74..expected * 1.34).contains(&ratio)
        || !even(side(0), side(2))
        || !even(side(1), side(3))
    {
        return None;
    }
    // Of two outlines the larger one is preferred: print on a card has straight sides too.
    let bonus = 0.45 * fill.sqrt() - 0.35 * (ratio / expected).ln().abs();
    if 1.0 + bonus <= least {
        return None;
    }
    let mut sum = 0.0;
    for nth in 0..4 {
        let support = support(edges, corners[nth], corners[(nth + 1) % 4]);
        if support < LEAST_SIDE {
            return None;
        }
        sum += support;
    }
    // If two opposite sides continue beyond their corners, so does the card: this is a part of it.
    let runs_on = |nth: usize| {
        let beyond = |from: Point, corner: Point| {
            let to = |share: f32| {
                let reach = |from: f32, to: f32| to + (to - from) * share;
                (reach(from.0, corner.0), reach(from.1, corner.1))
            };
            inside(to(0.2)) && is_lone_edge(edges, to(0.03), to(0.2))
        };
        let (before, here) = (corners[(nth + 3) % 4], corners[nth]);
        let (next, after) = (corners[(nth + 1) % 4], corners[(nth + 2) % 4]);
        beyond(before, here) && beyond(after, next)
    };
    if (0..4).any(runs_on) {
        return None;
    }
    let support = sum / 4.0;
    let score = support + bonus;
    (support >= LEAST_SUPPORT && score > least).then_some(Rough {
        corners,
        support,
        score,
    })
}

/// Whether there is an edge between two points and none parallel to it: a cloth has edges everywhere.
fn is_lone_edge(edges: &Edges, from: Point, to: Point) -> bool {
    let length = distance(from, to).max(1.0);
    let normal = ((from.1 - to.1) / length, (to.0 - from.0) / length);
    let support_at = |off: f32| {
        let moved = |p: Point| (p.0 + normal.0 * off, p.1 + normal.1 * off);
        support(edges, moved(from), moved(to))
    };
    support_at(0.0) > 0.7 && support_at(7.0) < 0.35 && support_at(-7.0) < 0.35
}

/// The share of a side with an edge along it.
fn support(edges: &Edges, from: Point, to: Point) -> f32 {
    let length = distance(from, to);
    if length < 8.0 {
        return 0.0;
    }
    let along = ((to.0 - from.0) / length, (to.1 - from.1) / length);
    let normal = (-along.1, along.0);
    // The ends are left out: a card's corners are round.
    let count = (length * 0.42) as usize + 4;
    let mut seen = 0;
    for nth in 0..count {
        let at = length * (0.07 + 0.86 * (nth as f32 + 0.5) / count as f32);
        let (x, y) = (from.0 + along.0 * at, from.1 + along.1 * at);
        let on_edge = [-1.0f32, 0.0, 1.0, -2.0, 2.0].iter().any(|off| {
            let (x, y) = ((x + normal.0 * off).round(), (y + normal.1 * off).round());
            if x < 0.0 || y < 0.0 || x >= edges.width as f32 || y >= edges.height as f32 {
                return false;
            }
            let edge = edges.at[y as usize * edges.width + x as usize];
            edge.strength > 0.0
                && (edge.across.0 * normal.0 + edge.across.1 * normal.1).abs() > 0.93
        });
        seen += usize::from(on_edge);
    }
    seen as f32 / count as f32
}

/// Moves each side to the steepest edge near it, on more pixels.
fn exact(picture: &RgbImage, rough: [Point; 4], coarse: f32) -> [Point; 4] {
    let fine = (picture.width().max(picture.height()) as f32 / FINE as f32).max(1.0);
    let sides: [Option<Line>; 4] =
        [0, 1, 2, 3].map(|nth| side(picture, rough[nth], rough[(nth + 1) % 4], coarse, fine));
    let mut corners = rough;
    for nth in 0..4 {
        let (before, after) = (&sides[(nth + 3) % 4], &sides[nth]);
        if let (Some(before), Some(after)) = (before, after)
            && let Some(corner) = before.meets(after)
            && distance(corner, rough[nth]) < coarse * 6.0
        {
            corners[nth] = corner;
        }
    }
    corners
}

/// The line through the steepest points near a rough side.
fn side(picture: &RgbImage, from: Point, to: Point, coarse: f32, fine: f32) -> Option<Line> {
    let length = distance(from, to);
    let along = ((to.0 - from.0) / length, (to.1 - from.1) / length);
    let normal = (-along.1, along.0);
    let reach = (coarse * 3.0 / fine).ceil() as i32;
    let grey = |x: f32, y: f32| -> Option<[f32; 3]> {
        let inside =
            x >= 0.0 && y >= 0.0 && x < picture.width() as f32 && y < picture.height() as f32;
        inside.then(|| picture.get_pixel(x as u32, y as u32).0.map(f32::from))
    };
    let mut places: Vec<Point> = Vec::with_capacity(48);
    for nth in 0..48 {
        let at = length * (0.08 + 0.84 * nth as f32 / 47.0);
        let base = (from.0 + along.0 * at, from.1 + along.1 * at);
        let value = |off: i32| {
            let off = off as f32 * fine;
            grey(base.0 + normal.0 * off, base.1 + normal.1 * off)
        };
        let mut best = (LEAST_RISE, None);
        for off in -reach..=reach {
            if let (Some(one), Some(other)) = (value(off - 1), value(off + 1)) {
                let step = [0, 1, 2]
                    .map(|channel: usize| (one[channel] - other[channel]).abs())
                    .into_iter()
                    .fold(0.0, f32::max);
                if step > best.0 {
                    best = (step, Some(off as f32 * fine));
                }
            }
        }
        if let Some(off) = best.1 {
            places.push((at, off));
        }
    }
    let (slope, start) = straight(places)?;
    // The line in the picture: base + normal · (start + slope · at).
    let near = (from.0 + normal.0 * start, from.1 + normal.1 * start);
    let far = (
        to.0 + normal.0 * (start + slope * length),
        to.1 + normal.1 * (start + slope * length),
    );
    let length = distance(near, far).max(1e-3);
    let normal = (-(far.1 - near.1) / length, (far.0 - near.0) / length);
    Some(Line {
        normal,
        offset: near.0 * normal.0 + near.1 * normal.1,
        votes: 0.0,
    })
}

/// Least step across a side of a card.
const LEAST_RISE: f32 = 14.0;

/// Slope and intercept of a line fitted to the inliers of the points; outliers are removed twice.
fn straight(mut points: Vec<Point>) -> Option<(f32, f32)> {
    for round in 0..3 {
        if points.len() < 12 {
            return None;
        }
        let count = points.len() as f32;
        let (mean_x, mean_y) = points.iter().fold((0.0, 0.0), |sum, p| {
            (sum.0 + p.0 / count, sum.1 + p.1 / count)
        });
        let (mut xx, mut xy) = (1e-6, 0.0);
        for (x, y) in &points {
            xx += (x - mean_x) * (x - mean_x);
            xy += (x - mean_x) * (y - mean_y);
        }
        let slope = xy / xx;
        let start = mean_y - slope * mean_x;
        if round == 2 {
            return Some((slope, start));
        }
        let mut away: Vec<f32> = points
            .iter()
            .map(|(x, y)| (y - start - slope * x).abs())
            .collect();
        let limit = quantile(&mut away, 0.6).max(1.0) * 1.3;
        points.retain(|(x, y)| (y - start - slope * x).abs() <= limit);
    }
    None
}

/// Orders corners clockwise, beginning with the upper long side.
fn clockwise(mut corners: [Point; 4]) -> [Point; 4] {
    let turn: f32 = (0..4)
        .map(|nth| {
            let ((x0, y0), (x1, y1)) = (corners[nth], corners[(nth + 1) % 4]);
            x0 * y1 - x1 * y0
        })
        .sum();
    if turn < 0.0 {
        corners.reverse();
    }
    let side = |nth: usize| distance(corners[nth % 4], corners[(nth + 1) % 4]);
    let long = usize::from(side(0) + side(2) < side(1) + side(3));
    let height = |nth: usize| corners[nth % 4].1 + corners[(nth + 1) % 4].1;
    // For an upright card the long side at the left becomes the top.
    let first = if height(long) <= height(long + 2) {
        long
    } else {
        long + 2
    };
    corners.rotate_left(first % 4);
    corners
}
