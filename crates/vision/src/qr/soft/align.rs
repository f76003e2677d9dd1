//! Refines the pose by Gauss-Newton: first on the fixed patterns, then on all modules.
//!
//! Each step compares the grey levels with those expected of the modules under a blur model, and
//! moves the plane of the code to reduce the squared residual.

use super::{
    layout::{Layout, Module},
    patch::{BORDER, Patch},
};
use crate::{qr::pose::Pose, raster::least_squares::solve};
use nalgebra::Matrix3;

/// The prior of the next step: the known darkness of each module, and its weight.
pub(super) struct Prior<'a> {
    pub layout: &'a Layout,
    /// Darkness of each module, row by row without a border: -1 for white, 1 for black, between
    /// them where it is uncertain.
    pub darkness: &'a [f32],
    /// Weight of each, 0 (unknown) to 1 (known).
    pub weight: &'a [f32],
}

/// Neighbours that the grey level of a module depends on, in each direction.
const BLUR_REACH: i32 = 2;
const TAPS: usize = 2 * BLUR_REACH as usize + 1;
/// Offsets from the centre of a module at which grey levels are compared.
const INNER: [f32; 2] = [-0.25, 0.25];
/// Expected error of a corner, in modules. It regularises the directions that the patterns do not
/// determine.
const EXPECTED_ERROR: f32 = 0.6;

/// A Gaussian blur model: the share of each neighbour in the grey level at each inner point of a
/// module, and the derivative of that share.
struct BlurModel {
    shares: [[f32; TAPS]; 2],
    changes: [[f32; TAPS]; 2],
}

impl BlurModel {
    /// With this standard deviation, in modules.
    fn of(sigma: f32) -> Self {
        let table = |of: &dyn Fn(f32, f32) -> f32| {
            INNER.map(|offset| {
                std::array::from_fn(|tap| {
                    let centre = (tap as i32 - BLUR_REACH) as f32 - offset;
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

/// The cumulative normal distribution, within 0.0002.
fn below(at: f32) -> f32 {
    let cubed = 0.797_884_6 * (at + 0.044_715 * at * at * at);
    0.5 * (1.0 + cubed.tanh())
}

/// One point at which grey levels are compared: the expected darkness and its gradient.
struct Comparison {
    u: f32,
    v: f32,
    darkness: f32,
    du: f32,
    dv: f32,
    weight: f32,
    middle: f32,
    half: f32,
}

/// The points that are compared.
pub(super) struct Comparisons(Vec<Comparison>);

impl Comparisons {
    /// Of a prior under a blur of `sigma` modules. `middle` and `half` are the local levels with a
    /// border, as in [`super::levels::Levels`].
    pub fn of(prior: &Prior, sigma: f32, middle: &[f32], half: &[f32]) -> Self {
        let blur = BlurModel::of(sigma);
        let side = prior.layout.side as i32;
        let wide = prior.layout.side + 2 * BORDER;
        let mut points = Vec::new();
        for row in 0..side {
            for column in 0..side {
                let place = (row * side + column) as usize;
                if prior.weight[place] < 0.05 {
                    continue;
                }
                let level = (row as usize + BORDER) * wide + column as usize + BORDER;
                for (y, v) in INNER.into_iter().enumerate() {
                    for (x, u) in INNER.into_iter().enumerate() {
                        let here = expected(prior, &blur, (column, row), (x, y));
                        if here.3 > 0.7 {
                            points.push(Comparison {
                                u: column as f32 + 0.5 + u,
                                v: row as f32 + 0.5 + v,
                                darkness: here.0,
                                du: here.1,
                                dv: here.2,
                                weight: here.3 * here.3,
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

/// Darkness, its gradient along both sides, and the weight of both, at one inner point of a module.
fn expected(
    prior: &Prior,
    blur: &BlurModel,
    (column, row): (i32, i32),
    (x, y): (usize, usize),
) -> (f32, f32, f32, f32) {
    let side = prior.layout.side as i32;
    let (mut darkness, mut du, mut dv, mut known) = (0.0, 0.0, 0.0, 0.0);
    for (tap_y, (share_y, change_y)) in blur.shares[y].iter().zip(&blur.changes[y]).enumerate() {
        let at_row = row + tap_y as i32 - BLUR_REACH;
        for (tap_x, (share_x, change_x)) in blur.shares[x].iter().zip(&blur.changes[x]).enumerate()
        {
            let at_column = column + tap_x as i32 - BLUR_REACH;
            let inside = (0..side).contains(&at_row) && (0..side).contains(&at_column);
            // Around the code it is mostly white.
            let (value, weight) = if inside {
                let place = (at_row * side + at_column) as usize;
                (prior.darkness[place], prior.weight[place])
            } else {
                (-1.0, 0.8)
            };
            darkness += share_x * share_y * value;
            du += change_x * share_y * value;
            dv += share_x * change_y * value;
            known += share_x * share_y * weight;
        }
    }
    (darkness, du, dv, known)
}

/// One Gauss-Newton step. Returns the refined pose, and the mean squared residual before the step.
pub(super) fn step(patch: &Patch, pose: &Pose, points: &Comparisons) -> Option<(Pose, f32)> {
    let (plane, picture) = (pose.plane().projection(), patch.grey());
    let centre = pose.dimension() as f32 / 2.0;
    // First the gain and offset of the pattern, then the displacement.
    let mut levels = Vec::with_capacity(points.0.len());
    let (mut n, mut s, mut ss, mut y, mut sy) = (1e-6, 0.0, 0.0, 0.0, 0.0);
    for point in &points.0 {
        let (px, py) = plane.map(point.u, point.v);
        let grey = ((point.middle - picture.at(px, py)) / point.half).clamp(-2.5, 2.5);
        levels.push(grey);
        let w = point.weight;
        n += w;
        s += w * point.darkness;
        ss += w * point.darkness * point.darkness;
        y += w * grey;
        sy += w * point.darkness * grey;
    }
    let gain = (sy - s * y / n) / (ss - s * s / n).max(1e-3);
    let offset = (y - gain * s) / n;
    if gain.abs() < 0.02 {
        return None;
    }
    let mut normal = [[0f32; 8]; 8];
    let mut right = [0f32; 8];
    let mut residual = 0.0;
    for (point, grey) in points.0.iter().zip(&levels) {
        let error = grey - offset - gain * point.darkness;
        residual += point.weight * error * error;
        // A large error is a stain or a reflection, not an edge: its weight falls off (Cauchy).
        let weight = point.weight / (1.0 + (error / 0.5).powi(2));
        let (u, v) = (point.u / centre - 1.0, point.v / centre - 1.0);
        let (du, dv) = (-gain * point.du, -gain * point.dv);
        let along = u * du + v * dv;
        let gradient = [du, u * du, v * du, dv, u * dv, v * dv, u * along, v * along];
        for (row, (line, part)) in normal.iter_mut().zip(gradient).enumerate() {
            let weighted = part * weight;
            for (cell, other) in line[..=row].iter_mut().zip(gradient) {
                *cell += weighted * other;
            }
            right[row] += weighted * error;
        }
    }
    let residual = residual / n;
    let damping = residual.max(0.01) / (EXPECTED_ERROR * EXPECTED_ERROR);
    for (row, line) in normal.iter_mut().enumerate() {
        line[row] += damping;
    }
    let change = solve(normal, right)?;
    Some((moved(pose, &change.map(f64::from))?, residual))
}

/// The pose after a small change of the modules' plane.
#[rustfmt::skip]
fn moved(pose: &Pose, change: &[f64; 8]) -> Option<Pose> {
    let c = pose.dimension() as f64 / 2.0;
    let [a0, a1, a2, b0, b1, b2, g, h] = *change;
    // In coordinates of -1 to 1 the change is (u + a, v + b) / (1 - g u - h v) to first order. It is
    // given in modules, the coordinates in half sides.
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

/// Darkness and weight of the fixed patterns of a layout; unknown modules have weight 0.
pub(super) fn fixed_patterns(layout: &Layout) -> (Vec<f32>, Vec<f32>) {
    layout
        .modules
        .iter()
        .map(|module| match module {
            Module::Fixed { dark: true } => (1.0, 1.0),
            Module::Fixed { dark: false } => (-1.0, 1.0),
            Module::Data | Module::Format | Module::Version => (0.0, 0.0),
        })
        .unzip()
}
