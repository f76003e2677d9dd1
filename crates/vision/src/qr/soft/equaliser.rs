//! Undoing the blur: a small linear filter over the neighbourhood of a module, trained on the
//! modules of this very code whose ink is known.

use super::patch::{BORDER, Grid};
use crate::raster::least_squares::solve;

/// Modules across the neighbourhood.
const WIDE: usize = 2 * BORDER + 1;
/// The neighbourhood and a constant.
const PARTS: usize = WIDE * WIDE + 1;
/// How much the filter is held to what it is without training, in modules of training.
const HELD: f32 = 6.0;

/// The filter.
#[derive(Debug, Clone)]
pub(super) struct Equaliser {
    weights: [f32; PARTS],
    /// The mean square of what it gets wrong on its training.
    pub noise: f32,
}

/// What the filter is held to: a blur a little undone.
fn plain() -> [f32; PARTS] {
    let mut weights = [0.0; PARTS];
    let middle = WIDE * BORDER + BORDER;
    weights[middle] = 1.6;
    for beside in [middle - 1, middle + 1, middle - WIDE, middle + WIDE] {
        weights[beside] = -0.15;
    }
    weights
}

impl Equaliser {
    /// Trained on normalised levels with a border (`seen`) against the ink of modules without
    /// one; `weight` says how much each is believed, and those of no weight are not trained on.
    pub fn train(grid: &Grid, seen: &[f32], ink: &[f32], weight: &[f32]) -> Option<Self> {
        let side = grid.side - 2 * BORDER;
        let start = plain();
        let mut normal = [[0f32; PARTS]; PARTS];
        let mut right = [0f32; PARTS];
        let mut all = 0.0;
        for (place, (ink, weight)) in ink.iter().zip(weight).enumerate() {
            if *weight < 0.02 {
                continue;
            }
            let around = neighbours(seen, grid.side, place / side, place % side);
            let guess: f32 = around.iter().zip(&start).map(|(a, b)| a * b).sum();
            let off = (ink - guess) * weight;
            all += weight;
            for (row, line) in normal.iter_mut().enumerate() {
                let part = around[row] * weight;
                for (cell, other) in line[..=row].iter_mut().zip(&around) {
                    *cell += part * other;
                }
                right[row] += around[row] * off;
            }
        }
        if all < 20.0 {
            return None;
        }
        for (row, line) in normal.iter_mut().enumerate() {
            line[row] += HELD;
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
        let mut wrong = 0.0;
        for (place, (ink, weight)) in ink.iter().zip(weight).enumerate() {
            if *weight >= 0.02 {
                let value = equaliser.at(seen, grid.side, place / side, place % side);
                wrong += weight * (ink - value).powi(2);
            }
        }
        // Training fits its own noise a little: as many modules as parts are not counted.
        equaliser.noise = wrong / (all - (PARTS as f32).min(all / 2.0)).max(1.0);
        Some(equaliser)
    }

    fn at(&self, seen: &[f32], wide: usize, row: usize, column: usize) -> f32 {
        let mut sum = self.weights[PARTS - 1];
        for (line, weights) in self.weights.chunks_exact(WIDE).take(WIDE).enumerate() {
            let values = &seen[(row + line) * wide + column..][..WIDE];
            sum += values.iter().zip(weights).map(|(v, w)| v * w).sum::<f32>();
        }
        sum
    }

    /// The ink of every module as the filter sees it.
    pub fn apply(&self, grid: &Grid, seen: &[f32], into: &mut [f32]) {
        let side = grid.side - 2 * BORDER;
        for (place, value) in into.iter_mut().enumerate() {
            *value = self.at(seen, grid.side, place / side, place % side);
        }
    }
}

fn neighbours(seen: &[f32], wide: usize, row: usize, column: usize) -> [f32; PARTS] {
    let mut around = [1.0; PARTS];
    for (line, values) in around.chunks_exact_mut(WIDE).take(WIDE).enumerate() {
        values.copy_from_slice(&seen[(row + line) * wide + column..][..WIDE]);
    }
    around
}
