//! Three finder patterns seen as squares, whose sides give the perspective of a slanted code.
//!
//! The centres of three patterns do not determine the perspective, and a tilted code has more
//! modules between them than their distance suggests. The extended sides of the patterns meet in
//! the fourth corner; with all four corners known, the width of each pattern gives the number of
//! modules.

use super::pose::Pose;

type Point = (f64, f64);

/// A finder pattern: the corners of a square around its middle, through its outer ring (so that
/// each side has six modules), clockwise on the screen.
pub(super) type Quad = [Point; 4];

/// The squares of one code, each from its own top left corner on, clockwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Squares {
    tl: Quad,
    tr: Quad,
    bl: Quad,
    /// Modules a side.
    side: f64,
    /// Ratio of the greatest to the least of the six widths that were measured: 1 or more.
    uneven: f64,
}

/// Greatest ratio of two widths on one code, measured on its own plane.
const MOST_UNEVEN: f64 = 1.35;
/// Modules a side of the smallest and the largest code, with a margin for measuring.
const SIDES: std::ops::RangeInclusive<f64> = 19.0..=181.0;

/// Triples of squares that lie on one plane as those of a code do, the most regular first.
pub(super) fn triples(quads: &[Quad]) -> Vec<Squares> {
    let mut all = Vec::new();
    for (nth, tl) in quads.iter().enumerate() {
        for (tr_nth, tr) in quads.iter().enumerate() {
            for (bl_nth, bl) in quads.iter().enumerate() {
                if nth != tr_nth && nth != bl_nth && tr_nth != bl_nth {
                    all.extend(Squares::of([*bl, *tl, *tr]));
                }
            }
        }
    }
    all.sort_by(|one: &Squares, two| one.uneven.total_cmp(&two.uneven));
    all
}

impl Squares {
    /// Of the bottom left, top left and top right pattern. `None` where they do not belong to one
    /// code, or the code is mirrored.
    pub fn of([bl, tl, tr]: [Quad; 3]) -> Option<Self> {
        let corner = centre(&tl);
        let (across, down) = (less(centre(&tr), corner), less(centre(&bl), corner));
        let area = cross(across, down);
        if area <= 0.0 {
            return None;
        }
        // Distances as shares of both sides of the code, which a slant does not change: the corner
        // that lies farthest in the given direction.
        let from = |quad: Quad, (to_right, to_below): Point| {
            let middle = centre(&quad);
            let far = |point: &Point| {
                let (dx, dy) = less(*point, middle);
                to_right * cross((dx, dy), down) / area + to_below * cross(across, (dx, dy)) / area
            };
            let first = (0..4).max_by(|one, two| far(&quad[*one]).total_cmp(&far(&quad[*two])));
            (quad, first.unwrap_or(0))
        };
        // Rotated so that each begins with its top left corner.
        let turned = |(quad, first): (Quad, usize), nth: usize| {
            std::array::from_fn(|place| quad[(first + 4 - nth + place) % 4])
        };
        let mut squares = Self {
            tl: turned(from(tl, (-1.0, -1.0)), 0),
            tr: turned(from(tr, (1.0, -1.0)), 1),
            bl: turned(from(bl, (-1.0, 1.0)), 3),
            side: 0.0,
            uneven: 0.0,
        };
        squares.measure()?;
        Some(squares)
    }

    /// The centres: bottom left, top left, top right.
    pub fn centres(&self) -> [Point; 3] {
        [&self.bl, &self.tl, &self.tr].map(centre)
    }

    /// Modules a side, as measured: not a whole number.
    pub fn modules(&self) -> f64 {
        self.side
    }

    /// Pixels of a module, the mean over the three patterns.
    pub fn module(&self) -> f64 {
        let around = |quad: &Quad| -> f64 {
            (0..4)
                .map(|nth| {
                    let (x, y) = less(quad[nth], quad[(nth + 1) % 4]);
                    x.hypot(y)
                })
                .sum()
        };
        (around(&self.tl) + around(&self.tr) + around(&self.bl)) / 72.0
    }

    /// The pose of the code if it has this version.
    pub fn pose(&self, version: u8) -> Option<Pose> {
        let near = 0.5;
        let far = 17.0 + 4.0 * f64::from(version) - near;
        let modules = [(near, near), (far, near), (far, far), (near, far)];
        Pose::of_points(version, modules, self.corners()?)
    }

    /// The share of the two timing patterns that alternates as it should, 0 to 1; by chance it is
    /// half. `is_dark` gets pixels of the picture.
    pub fn timing(&self, is_dark: &dyn Fn(Point) -> bool) -> f64 {
        let about = ((self.side - 17.0) / 4.0).round() as u8;
        let poses = (about.saturating_sub(1)..=about + 1).filter_map(|version| self.pose(version));
        let share = |pose: Pose| {
            let between = 8..pose.dimension() - 8;
            let right = |place: &usize, across: bool| {
                let along = *place as f64 + 0.5;
                let (u, v) = if across { (along, 6.5) } else { (6.5, along) };
                is_dark(pose.map(u, v)) == place.is_multiple_of(2)
            };
            let all = 2 * between.len();
            let across = between.clone().filter(|place| right(place, true)).count();
            let down = between.filter(|place| right(place, false)).count();
            (across + down) as f64 / all as f64
        };
        poses.map(share).fold(0.0, f64::max)
    }

    /// The outer corners of the three patterns, and the point where their sides meet.
    fn corners(&self) -> Option<[Point; 4]> {
        let [_, right, below_right, _] = self.tr;
        let [.., right_below, below] = self.bl;
        let fourth = meeting((right, below_right), (below, right_below))?;
        Some([self.tl[0], right, fourth, below])
    }

    /// Measures the number of modules from the share of the code that each pattern takes.
    fn measure(&mut self) -> Option<()> {
        // Any version does, since only shares are measured.
        let pose = Pose::of_corners(1, self.corners()?)?;
        let whole = pose.dimension() as f64;
        let share = |point: Point| {
            let (u, v) = pose.place_of(point)?;
            Some((u / whole, v / whole))
        };
        let (tl_right, tl_below) = (share(self.tl[1])?, share(self.tl[3])?);
        let (tr_left, tr_below) = (share(self.tr[0])?, share(self.tr[2])?);
        let (bl_above, bl_right) = (share(self.bl[0])?, share(self.bl[2])?);
        let widths = [
            tl_right.0,
            tl_below.1,
            1.0 - tr_left.0,
            tr_below.1,
            bl_right.0,
            1.0 - bl_above.1,
        ];
        let least = widths.iter().copied().fold(f64::INFINITY, f64::min);
        let most = widths.iter().copied().fold(0.0, f64::max);
        // Six modules from the middle of one side of the ring to that of the other.
        self.side = 6.0 * widths.len() as f64 / widths.iter().sum::<f64>() + 1.0;
        self.uneven = most / least;
        (least > 0.0 && self.uneven <= MOST_UNEVEN && SIDES.contains(&self.side)).then_some(())
    }
}

fn less(one: Point, two: Point) -> Point {
    (one.0 - two.0, one.1 - two.1)
}

fn cross(one: Point, two: Point) -> f64 {
    one.0 * two.1 - one.1 * two.0
}

fn centre(quad: &Quad) -> Point {
    let sum = quad
        .iter()
        .fold((0.0, 0.0), |sum, at| (sum.0 + at.0, sum.1 + at.1));
    (sum.0 / 4.0, sum.1 / 4.0)
}

/// The intersection of two lines, each through two points.
fn meeting(one: (Point, Point), two: (Point, Point)) -> Option<Point> {
    let (along, other) = (less(one.1, one.0), less(two.1, two.0));
    let turn = cross(along, other);
    let share = cross(less(two.0, one.0), other) / turn;
    share
        .is_finite()
        .then_some((one.0.0 + along.0 * share, one.0.1 + along.1 * share))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The squares of a code that lies like this, each from some corner on.
    fn seen(pose: &Pose, first: [usize; 3]) -> [Quad; 3] {
        let far = pose.dimension() as f64 - 7.0;
        let origins = [(0.0, far), (0.0, 0.0), (far, 0.0)];
        std::array::from_fn(|nth| {
            let (u, v) = origins[nth];
            let corners = [(0.5, 0.5), (6.5, 0.5), (6.5, 6.5), (0.5, 6.5)];
            let mut quad = corners.map(|(x, y)| pose.map(u + x, v + y));
            quad.rotate_left(first[nth]);
            quad
        })
    }

    #[test]
    fn the_squares_of_a_code_at_a_slant_tell_its_modules_and_its_fourth_corner() {
        for version in [1, 4, 9] {
            let lies = [(100.0, 80.0), (250.0, 140.0), (262.0, 420.0), (60.0, 300.0)];
            let pose = Pose::of_corners(version, lies).expect("a plane");
            for first in [[0, 0, 0], [1, 2, 3], [3, 1, 2]] {
                let squares = Squares::of(seen(&pose, first)).expect("one code");
                let side = pose.dimension() as f64;
                assert!((squares.modules() - side).abs() < 1e-6, "{squares:?}");
                let found = squares.pose(version).expect("a plane").corners();
                for (one, two) in found.iter().zip(lies) {
                    assert!((one.0 - two.0).hypot(one.1 - two.1) < 1e-6, "{found:?}");
                }
            }
        }
    }

    #[test]
    fn only_the_right_three_of_four_go_together() {
        let lies = [(50.0, 60.0), (300.0, 40.0), (280.0, 330.0), (80.0, 280.0)];
        let pose = Pose::of_corners(3, lies).expect("a plane");
        let [bl, tl, tr] = seen(&pose, [0, 1, 2]);
        let stray = [
            (400.0, 400.0),
            (470.0, 400.0),
            (470.0, 425.0),
            (400.0, 425.0),
        ];
        let found = triples(&[stray, tr, bl, tl]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!((found[0].modules() - 29.0).abs() < 1e-6, "{found:?}");
        // Mirrored, and all in one place.
        assert_eq!(Squares::of([tr, tl, bl]), None);
        assert_eq!(Squares::of([tl, tl, tl]), None);
    }
}
