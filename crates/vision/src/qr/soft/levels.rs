//! The grey levels of white and black around each module. They vary over a code, because light is
//! uneven and a reflection brightens black more than white.

use super::patch::{BORDER, Grid};

/// Reach of the window whose darkest and brightest modules are the first estimate of black and
/// white, in modules.
const EXTREMES_REACH: usize = 4;
/// Standard deviation of the kernel of the local regression, in modules.
const KERNEL_DEVIATION: f32 = 3.5;
/// Least half difference between black and white, in grey levels.
const LEAST_CONTRAST: f32 = 2.0;

/// For each module of a grid the mean of black and white, and half their difference.
#[derive(Debug, Clone)]
pub(super) struct Levels {
    pub middle: Vec<f32>,
    pub half: Vec<f32>,
}

impl Levels {
    /// Estimates the levels from the darkest and the brightest modules around each.
    pub fn of_extremes(grid: &Grid) -> Self {
        let side = grid.side;
        let dark = averaged(&extreme(&grid.values, side, f32::INFINITY, f32::min), side);
        let light = averaged(
            &extreme(&grid.values, side, f32::NEG_INFINITY, f32::max),
            side,
        );
        let (middle, half) = dark
            .iter()
            .zip(&light)
            .map(|(dark, light)| {
                (
                    (dark + light) / 2.0,
                    ((light - dark) / 2.0).max(LEAST_CONTRAST),
                )
            })
            .unzip();
        Self { middle, half }
    }

    /// Estimates the levels by local linear regression of grey level on the expected darkness: -1
    /// for white, 1 for black, between them where blur mixes both.
    pub fn of_prior(grid: &Grid, darkness: &[f32], scratch: &mut Scratch) -> Self {
        let side = grid.side;
        let kernel = gaussian(KERNEL_DEVIATION);
        let [count, first, second, grey, both] = &mut scratch.maps;
        for map in [&mut *count, first, second, grey, both] {
            map.clear();
        }
        for (at, (value, darkness)) in grid.values.iter().zip(darkness).enumerate() {
            let (row, column) = (at / side, at % side);
            // The surroundings of the code are not white everywhere.
            let inside = row.min(column).min(side - 1 - row).min(side - 1 - column) >= BORDER - 1;
            let weight = if inside { 1.0 } else { 0.0 };
            count.push(weight);
            first.push(weight * darkness);
            second.push(weight * darkness * darkness);
            grey.push(weight * value);
            both.push(weight * darkness * value);
        }
        for map in [&mut *count, first, second, grey, both] {
            convolve(map, &mut scratch.line, side, &kernel);
        }
        // The contrast of the whole code enters with a small weight, for modules whose
        // surroundings say little.
        let all = |map: &[f32]| map.iter().sum::<f32>() / map.len() as f32;
        let (n, s1, s2, y, sy) = (all(count), all(first), all(second), all(grey), all(both));
        let overall = (sy - s1 * y / n) / (s2 - s1 * s1 / n).max(1e-6);
        let mut middle = Vec::with_capacity(grid.values.len());
        let mut half = Vec::with_capacity(grid.values.len());
        for at in 0..grid.values.len() {
            let n = count[at].max(1e-6);
            let (mean_ink, mean_grey) = (first[at] / n, grey[at] / n);
            let variance = (second[at] / n - mean_ink * mean_ink).max(0.0);
            let covariance = both[at] / n - mean_ink * mean_grey;
            let weight_of_overall = 0.02;
            let slope = (covariance + weight_of_overall * overall) / (variance + weight_of_overall);
            // Black is darker than white everywhere on a code, or lighter everywhere.
            let slope = if overall < 0.0 {
                slope.min(-LEAST_CONTRAST)
            } else {
                slope.max(LEAST_CONTRAST)
            };
            middle.push(mean_grey - slope * mean_ink);
            half.push(-slope);
        }
        Self { middle, half }
    }

    /// Grey levels normalised to darkness, -1 for white to 1 for black.
    pub fn normalise(&self, grid: &Grid, into: &mut [f32]) {
        for (at, value) in into.iter_mut().enumerate() {
            *value = ((self.middle[at] - grid.values[at]) / self.half[at]).clamp(-2.5, 2.5);
        }
    }
}

/// Buffers of the regression.
#[derive(Default)]
pub(super) struct Scratch {
    maps: [Vec<f32>; 5],
    line: Vec<f32>,
}

fn gaussian(sigma: f32) -> Vec<f32> {
    let reach = (sigma * 2.5).ceil() as i32;
    (-reach..=reach)
        .map(|at| (-(at * at) as f32 / (2.0 * sigma * sigma)).exp())
        .collect()
}

/// Convolves a map with the kernel in both directions; values outside are zero.
fn convolve(map: &mut [f32], line: &mut Vec<f32>, side: usize, kernel: &[f32]) {
    let reach = kernel.len() / 2;
    let mut along = |map: &mut [f32], start: usize, step: usize| {
        line.clear();
        line.extend((0..side).map(|at| map[start + at * step]));
        for at in 0..side {
            let from = at.saturating_sub(reach);
            let to = (at + reach).min(side - 1);
            let weights = &kernel[from + reach - at..];
            map[start + at * step] = line[from..=to]
                .iter()
                .zip(weights)
                .map(|(v, w)| v * w)
                .sum();
        }
    };
    for row in 0..side {
        along(map, row * side, 1);
    }
    for column in 0..side {
        along(map, column, side);
    }
}

fn windows(side: usize) -> impl Fn(usize) -> std::ops::RangeInclusive<usize> {
    move |at| at.saturating_sub(EXTREMES_REACH)..=(at + EXTREMES_REACH).min(side - 1)
}

fn extreme(values: &[f32], side: usize, start: f32, pick: fn(f32, f32) -> f32) -> Vec<f32> {
    let window = windows(side);
    let across: Vec<f32> = (0..side * side)
        .map(|at| {
            let (row, column) = (at / side, at % side);
            window(column)
                .map(|x| values[row * side + x])
                .fold(start, pick)
        })
        .collect();
    (0..side * side)
        .map(|at| {
            let (row, column) = (at / side, at % side);
            window(row)
                .map(|y| across[y * side + column])
                .fold(start, pick)
        })
        .collect()
}

fn averaged(values: &[f32], side: usize) -> Vec<f32> {
    let window = windows(side);
    let mean = |range: std::ops::RangeInclusive<usize>, of: &dyn Fn(usize) -> f32| {
        let count = range.end() - range.start() + 1;
        range.map(of).sum::<f32>() / count as f32
    };
    let across: Vec<f32> = (0..side * side)
        .map(|at| {
            let (row, column) = (at / side, at % side);
            mean(window(column), &|x| values[row * side + x])
        })
        .collect();
    (0..side * side)
        .map(|at| {
            let (row, column) = (at / side, at % side);
            mean(window(row), &|y| across[y * side + column])
        })
        .collect()
}
