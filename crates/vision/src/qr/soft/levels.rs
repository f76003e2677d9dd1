//! How bright white and how dark black are around each module: light falls unevenly, and a
//! reflection brightens black more than white.

use super::patch::{BORDER, Grid};

/// Modules around one whose darkest and brightest are its first black and white.
const WINDOW: usize = 4;
/// The reach of the fit around each module, in modules.
const SPREAD: f32 = 3.5;
/// The least difference between black and white that is taken for one, in grey levels.
const LEAST: f32 = 2.0;

/// For each module of a grid, the grey between black and white, and half their difference.
#[derive(Debug, Clone)]
pub(super) struct Levels {
    pub middle: Vec<f32>,
    pub half: Vec<f32>,
}

impl Levels {
    /// From the darkest and the brightest modules around each.
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
            .map(|(dark, light)| ((dark + light) / 2.0, ((light - dark) / 2.0).max(LEAST)))
            .unzip();
        Self { middle, half }
    }

    /// From what the modules are believed to look like: `ink` is -1 where a white module
    /// should be seen and 1 where a black one, with everything in between where blur mixes
    /// them. A straight line is fitted through grey over ink around each module.
    pub fn of_belief(grid: &Grid, ink: &[f32], scratch: &mut Scratch) -> Self {
        let side = grid.side;
        let kernel = gaussian(SPREAD);
        let [count, first, second, grey, both] = &mut scratch.maps;
        for map in [&mut *count, first, second, grey, both] {
            map.clear();
        }
        for (at, (value, ink)) in grid.values.iter().zip(ink).enumerate() {
            let (row, column) = (at / side, at % side);
            // What lies around the code is not known to be white everywhere.
            let inside = row.min(column).min(side - 1 - row).min(side - 1 - column) >= BORDER - 1;
            let weight = if inside { 1.0 } else { 0.0 };
            count.push(weight);
            first.push(weight * ink);
            second.push(weight * ink * ink);
            grey.push(weight * value);
            both.push(weight * ink * value);
        }
        for map in [&mut *count, first, second, grey, both] {
            spread(map, &mut scratch.line, side, &kernel);
        }
        // A weak belief in the whole picture's contrast keeps lone modules sane.
        let all = |map: &[f32]| map.iter().sum::<f32>() / map.len() as f32;
        let (n, s1, s2, y, sy) = (all(count), all(first), all(second), all(grey), all(both));
        let overall = (sy - s1 * y / n) / (s2 - s1 * s1 / n).max(1e-6);
        let mut middle = Vec::with_capacity(grid.values.len());
        let mut half = Vec::with_capacity(grid.values.len());
        for at in 0..grid.values.len() {
            let n = count[at].max(1e-6);
            let (mean_ink, mean_grey) = (first[at] / n, grey[at] / n);
            let spread = (second[at] / n - mean_ink * mean_ink).max(0.0);
            let common = both[at] / n - mean_ink * mean_grey;
            let doubt = 0.02;
            let slope = (common + doubt * overall) / (spread + doubt);
            // Black is darker than white, or the other way round all over the code.
            let slope = if overall < 0.0 {
                slope.min(-LEAST)
            } else {
                slope.max(LEAST)
            };
            middle.push(mean_grey - slope * mean_ink);
            half.push(-slope);
        }
        Self { middle, half }
    }

    /// Grey levels as -1 for white to 1 for black.
    pub fn normalise(&self, grid: &Grid, into: &mut [f32]) {
        for (at, value) in into.iter_mut().enumerate() {
            *value = ((self.middle[at] - grid.values[at]) / self.half[at]).clamp(-2.5, 2.5);
        }
    }
}

/// Space for the sums of the fit.
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

/// The map with each value spread over its neighbours; what lies outside counts nothing.
fn spread(map: &mut [f32], line: &mut Vec<f32>, side: usize, kernel: &[f32]) {
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
    move |at| at.saturating_sub(WINDOW)..=(at + WINDOW).min(side - 1)
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
