//! The equaliser: a small linear filter over the neighbourhood of a module that undoes the blur. It
//! is trained by regularised least squares on the modules of the same code whose darkness is known.

use super::patch::{BORDER, Grid};
use crate::raster::least_squares::solve;

/// Modules a side of the neighbourhood.
const SIDE: usize = 2 * BORDER + 1;
/// The coefficients: the neighbourhood and a constant.
const TAPS: usize = SIDE * SIDE + 1;
/// Weight of the untrained filter in the training, in modules.
const REGULARISATION: f32 = 6.0;

/// A trained filter.
#[derive(Debug, Clone)]
pub(super) struct Equaliser {
    weights: [f32; TAPS],
    /// Mean squared error on its training modules.
    pub noise: f32,
}

/// The untrained filter: a mild sharpening.
fn untrained() -> [f32; TAPS] {
    let mut weights = [0.0; TAPS];
    let middle = SIDE * BORDER + BORDER;
    weights[middle] = 1.6;
    for neighbour in [middle - 1, middle + 1, middle - SIDE, middle + SIDE] {
        weights[neighbour] = -0.15;
    }
    weights
}

impl Equaliser {
    /// Trains on normalised levels with a border (`seen`) against the darkness of the modules
    /// without one. Modules of weight 0 are left out. `None` with too few modules.
    pub fn train(grid: &Grid, seen: &[f32], darkness: &[f32], weight: &[f32]) -> Option<Self> {
        let side = grid.side - 2 * BORDER;
        let start = untrained();
        let mut normal = [[0f32; TAPS]; TAPS];
        let mut right = [0f32; TAPS];
        let mut all = 0.0;
        for (place, (darkness, weight)) in darkness.iter().zip(weight).enumerate() {
            if *weight < 0.02 {
                continue;
            }
            let around = neighbours(seen, grid.side, place / side, place % side);
            let guess: f32 = around.iter().zip(&start).map(|(a, b)| a * b).sum();
            let error = (darkness - guess) * weight;
            all += weight;
            for (row, line) in normal.iter_mut().enumerate() {
                let part = around[row] * weight;
                for (cell, other) in line[..=row].iter_mut().zip(&around) {
                    *cell += part * other;
                }
                right[row] += around[row] * error;
            }
        }
        if all < 20.0 {
            return None;
        }
        for (row, line) in normal.iter_mut().enumerate() {
            line[row] += REGULARISATION;
        }
        let change = solve(normal, right)?;
        let mut weights = start;
        for (weight, change) in weights.iter_mut().zip(change) {
            *weight += change;
        }
        let mut equaliser = Self {
            weights,
            noise: 0.0,
        };
        let mut squared_error = 0.0;
        for (place, (darkness, weight)) in darkness.iter().zip(weight).enumerate() {
            if *weight >= 0.02 {
                let value = equaliser.at(seen, grid.side, place / side, place % side);
                squared_error += weight * (darkness - value).powi(2);
            }
        }
        // Training fits some noise: the degrees of freedom are subtracted.
        equaliser.noise = squared_error / (all - (TAPS as f32).min(all / 2.0)).max(1.0);
        Some(equaliser)
    }

    fn at(&self, seen: &[f32], wide: usize, row: usize, column: usize) -> f32 {
        let mut sum = self.weights[TAPS - 1];
        for (line, weights) in self.weights.chunks_exact(SIDE).take(SIDE).enumerate() {
            let values = &seen[(row + line) * wide + column..][..SIDE];
            sum += values.iter().zip(weights).map(|(v, w)| v * w).sum::<f32>();
        }
        sum
    }

    /// The equalised darkness of every module.
    pub fn apply(&self, grid: &Grid, seen: &[f32], into: &mut [f32]) {
        let side = grid.side - 2 * BORDER;
        for (place, value) in into.iter_mut().enumerate() {
            *value = self.at(seen, grid.side, place / side, place % side);
        }
    }
}

fn neighbours(seen: &[f32], wide: usize, row: usize, column: usize) -> [f32; TAPS] {
    let mut around = [1.0; TAPS];
    for (line, values) in around.chunks_exact_mut(SIDE).take(SIDE).enumerate() {
        values.copy_from_slice(&seen[(row + line) * wide + column..][..SIDE]);
    }
    around
}
