//! The pose made right: moved until the patterns that are known, later all modules, stand
//! where the grey levels say.

use super::{
    layout::{Layout, Module},
    patch::{BORDER, Patch},
};
use crate::{qr::pose::Pose, raster::least_squares::solve};
use nalgebra::Matrix3;

/// What the modules of a code should look like: -1 for white, 1 for black, anything between
/// for what is not sure, and how much each is believed.
pub(super) struct Belief<'a> {
    pub layout: &'a Layout,
    /// Ink of each module, row by row, without a border.
    pub ink: &'a [f32],
    /// 0 to 1: whether the ink is known.
    pub weight: &'a [f32],
}

/// Modules next to one that its grey level depends on, each way.
const REACH: i32 = 2;
const TAPS: usize = 2 * REACH as usize + 1;
/// Where in a module grey levels are compared, from its centre.
const INNER: [f32; 2] = [-0.25, 0.25];
/// How far a corner may be expected to be off, in modules: what keeps directions that the
/// patterns do not tell where they were.
const EXPECTED: f32 = 0.6;

/// The share of each neighbour in the grey level at a place of a module that is blurred this
/// much, and how it changes when the place moves.
struct Blur {
    shares: [[f32; TAPS]; 2],
    changes: [[f32; TAPS]; 2],
}

impl Blur {
    /// A Gaussian of this deviation, in modules.
    fn of(sigma: f32) -> Self {
        let table = |of: &dyn Fn(f32, f32) -> f32| {
            INNER.map(|offset| {
                std::array::from_fn(|tap| {
                    let centre = (tap as i32 - REACH) as f32 - offset;
                    of((centre - 0.5) / sigma, (centre + 0.5) / sigma)
                })
            })
        };
        Self {
            shares: table(&|from, to| below(to) - below(from)),
            changes: table(&|from, to| (density(from) - density(to)) / sigma),
        }
    }
}

fn density(at: f32) -> f32 {
    (-at * at / 2.0).exp() * 0.398_942_3
}

/// The share of a Gaussian below a value (close enough: within 0.0002).
fn below(at: f32) -> f32 {
    let cubed = 0.797_884_6 * (at + 0.044_715 * at * at * at);
    0.5 * (1.0 + cubed.tanh())
}

/// One comparison: what is seen, what is expected, and how the expectation changes.
struct Point {
    u: f32,
    v: f32,
    ink: f32,
    du: f32,
    dv: f32,
    weight: f32,
    middle: f32,
    half: f32,
}

/// The places that are compared.
pub(super) struct Points(Vec<Point>);

impl Points {
    /// Of the belief seen through a blur of `sigma` modules; `middle` and `half` are the local
    /// levels with a border, as [`super::levels::Levels`] has them.
    pub fn of(belief: &Belief, sigma: f32, middle: &[f32], half: &[f32]) -> Self {
        let blur = Blur::of(sigma);
        let side = belief.layout.side as i32;
        let wide = belief.layout.side + 2 * BORDER;
        let mut points = Vec::new();
        for row in 0..side {
            for column in 0..side {
                let place = (row * side + column) as usize;
                if belief.weight[place] < 0.05 {
                    continue;
                }
                let level = (row as usize + BORDER) * wide + column as usize + BORDER;
                for (y, v) in INNER.into_iter().enumerate() {
                    for (x, u) in INNER.into_iter().enumerate() {
                        let seen = expected(belief, &blur, (column, row), (x, y));
                        if seen.3 > 0.7 {
                            points.push(Point {
                                u: column as f32 + 0.5 + u,
                                v: row as f32 + 0.5 + v,
                                ink: seen.0,
                                du: seen.1,
                                dv: seen.2,
                                weight: seen.3 * seen.3,
                                middle: middle[level],
                                half: half[level],
                            });
                        }
                    }
                }
            }
        }
        Self(points)
    }
}

/// Ink, its change along both sides, and how much of it is known, at one place of one module.
fn expected(
    belief: &Belief,
    blur: &Blur,
    (column, row): (i32, i32),
    (x, y): (usize, usize),
) -> (f32, f32, f32, f32) {
    let side = belief.layout.side as i32;
    let (mut ink, mut du, mut dv, mut known) = (0.0, 0.0, 0.0, 0.0);
    for (tap_y, (share_y, change_y)) in blur.shares[y].iter().zip(&blur.changes[y]).enumerate() {
        let at_row = row + tap_y as i32 - REACH;
        for (tap_x, (share_x, change_x)) in blur.shares[x].iter().zip(&blur.changes[x]).enumerate()
        {
            let at_column = column + tap_x as i32 - REACH;
            let inside = (0..side).contains(&at_row) && (0..side).contains(&at_column);
            // Around the code it is white, mostly.
            let (value, weight) = if inside {
                let place = (at_row * side + at_column) as usize;
                (belief.ink[place], belief.weight[place])
            } else {
                (-1.0, 0.8)
            };
            ink += share_x * share_y * value;
            du += change_x * share_y * value;
            dv += share_x * change_y * value;
            known += share_x * share_y * weight;
        }
    }
    (ink, du, dv, known)
}

/// One step towards the pose under which the points look as expected. Gives the better pose
/// and the mean square of what is left unexplained.
pub(super) fn step(patch: &Patch, pose: &Pose, points: &Points) -> Option<(Pose, f32)> {
    let (plane, picture) = (pose.plane().projection(), patch.grey());
    let centre = pose.dimension() as f32 / 2.0;
    // How strong the pattern is seen, before how far it is off.
    let mut seen = Vec::with_capacity(points.0.len());
    let (mut n, mut s, mut ss, mut y, mut sy) = (1e-6, 0.0, 0.0, 0.0, 0.0);
    for point in &points.0 {
        let (px, py) = plane.map(point.u, point.v);
        let grey = ((point.middle - picture.at(px, py)) / point.half).clamp(-2.5, 2.5);
        seen.push(grey);
        let w = point.weight;
        n += w;
        s += w * point.ink;
        ss += w * point.ink * point.ink;
        y += w * grey;
        sy += w * point.ink * grey;
    }
    let gain = (sy - s * y / n) / (ss - s * s / n).max(1e-3);
    let offset = (y - gain * s) / n;
    if gain.abs() < 0.02 {
        return None;
    }
    let mut normal = [[0f32; 8]; 8];
    let mut right = [0f32; 8];
    let mut rest = 0.0;
    for (point, grey) in points.0.iter().zip(&seen) {
        let off = grey - offset - gain * point.ink;
        rest += point.weight * off * off;
        // What is far off is no edge but a stain or a reflection.
        let weight = point.weight / (1.0 + (off / 0.5).powi(2));
        let (u, v) = (point.u / centre - 1.0, point.v / centre - 1.0);
        let (du, dv) = (-gain * point.du, -gain * point.dv);
        let along = u * du + v * dv;
        let parts = [du, u * du, v * du, dv, u * dv, v * dv, u * along, v * along];
        for (row, (line, part)) in normal.iter_mut().zip(parts).enumerate() {
            let weighted = part * weight;
            for (cell, other) in line[..=row].iter_mut().zip(parts) {
                *cell += weighted * other;
            }
            right[row] += weighted * off;
        }
    }
    let rest = rest / n;
    let doubt = rest.max(0.01) / (EXPECTED * EXPECTED);
    for (row, line) in normal.iter_mut().enumerate() {
        line[row] += doubt;
    }
    let change = solve(normal, right)?;
    Some((moved(pose, &change.map(f64::from))?, rest))
}

/// The pose seen through a small change of the modules' plane.
#[rustfmt::skip]
fn moved(pose: &Pose, change: &[f64; 8]) -> Option<Pose> {
    let c = pose.dimension() as f64 / 2.0;
    let [a0, a1, a2, b0, b1, b2, g, h] = *change;
    // In coordinates of -1 to 1: (u + a, v + b) over (1 - g u - h v), near enough.
    // The changes are in modules, the coordinates in halves of a side.
    let to = Matrix3::new(1.0 / c, 0.0, -1.0, 0.0, 1.0 / c, -1.0, 0.0, 0.0, 1.0);
    let from = Matrix3::new(c, 0.0, c, 0.0, c, c, 0.0, 0.0, 1.0);
    let step = Matrix3::new(
        1.0 + a1 / c, a2 / c, a0 / c,
        b1 / c, 1.0 + b2 / c, b0 / c,
        0.0, 0.0, 1.0,
    );
    let bend = Matrix3::new(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, -g / c, -h / c, 1.0);
    let change = from * step * bend * to;
    Pose::on(pose.version(), pose.plane().after(&change)?)
}

/// What is known of a layout before anything is read.
pub(super) fn known(layout: &Layout) -> (Vec<f32>, Vec<f32>) {
    layout
        .modules
        .iter()
        .map(|module| match module {
            Module::Known { dark: true } => (1.0, 1.0),
            Module::Known { dark: false } => (-1.0, 1.0),
            Module::Data | Module::Format | Module::Version => (0.0, 0.0),
        })
        .unzip()
}
