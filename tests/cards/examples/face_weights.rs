//! Learns what each part of a face counts, from drawn faces: logistic regression, twice, the
//! second time with the places that the first took for faces.
//!
//! `cargo run --release -p cards --example face_weights -- 5101 60` prints the weights that
//! stand in `crates/credential/src/photo/face.rs`.
#![allow(clippy::unwrap_used)]

use cards::{
    Person,
    chance::Chance,
    draw::{self, Pose},
};
use credential::photo::{FACE_FEATURES, face_features};

type Row = ([f32; FACE_FEATURES], bool);

fn main() {
    let words: Vec<u64> = std::env::args()
        .skip(1)
        .map(|word| word.parse().unwrap())
        .collect();
    let [seed, people] = words[..] else {
        panic!("SEED PEOPLE")
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut weights = [0.0; FACE_FEATURES + 1];
    for round in 0..3 {
        for nth in 0..people {
            let person = Person::synthetic(seed, 10_000 + nth);
            let mut chance = Chance::new(seed, nth * 7 + round, "pose");
            let pose = Pose {
                size: chance.between(0.35, 1.15),
                shift: (chance.between(-0.2, 0.2), chance.between(-0.25, 0.0)),
                light: chance.between(0.35, 1.15),
                side_light: chance.between(0.0, 0.5),
                blur: chance.between(0.8, 3.5),
                ..Pose::default()
            };
            let picture = draw::selfie_as(&person, None, &pose);
            let (middle, width) = draw::face_at(&person, &pose);
            let features = face_features(&picture);
            for _ in 0..24 {
                let near =
                    |at: f64, by: f64, chance: &mut Chance| (at + chance.between(-by, by)) as f32;
                let wide = near(width, width * 0.07, &mut chance);
                let place = (
                    near(middle.0, width * 0.035, &mut chance),
                    near(middle.1, width * 0.03, &mut chance),
                );
                rows.extend(features(place, wide).map(|row| (row, true)));
            }
            for _ in 0..1_500 {
                let wide = chance.between(0.12, 0.95) as f32;
                let place = (chance.unit() as f32, chance.unit() as f32);
                let away = f64::from(place.0 - middle.0 as f32)
                    .hypot(f64::from(place.1 - middle.1 as f32) * 4.0 / 3.0)
                    / width;
                let other_size = (f64::from(wide) / width).ln().abs();
                if away < 0.14 && other_size < 0.22 {
                    continue;
                }
                let Some(row) = features(place, wide) else {
                    continue;
                };
                // At first any place, then those that look like a face.
                if round == 0 && chance.percent(8.0) || round > 0 && score(&weights, &row) > -1.5 {
                    rows.push((row, false));
                }
            }
        }
        weights = learned(&rows);
        let right = rows
            .iter()
            .filter(|(row, face)| (score(&weights, row) > 0.0) == *face)
            .count();
        eprintln!("round {round}: {right} of {} right", rows.len());
    }
    println!("{weights:.3?}");
}

fn score(weights: &[f32], row: &[f32; FACE_FEATURES]) -> f32 {
    let sum: f32 = row
        .iter()
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum();
    sum + weights[FACE_FEATURES]
}

/// Gradient descent on the logistic loss; both kinds count the same in all.
fn learned(rows: &[Row]) -> [f32; FACE_FEATURES + 1] {
    let faces = rows.iter().filter(|(_, face)| *face).count().max(1) as f32;
    let others = (rows.len() as f32 - faces).max(1.0);
    let mut weights = [0.0f32; FACE_FEATURES + 1];
    let mut speed = [0.0f32; FACE_FEATURES + 1];
    for _ in 0..6_000 {
        let mut slope = [0.0f32; FACE_FEATURES + 1];
        for (row, face) in rows.iter() {
            let likely = 1.0 / (1.0 + (-score(&weights, row)).exp());
            let (wanted, share) = if *face {
                (1.0, 0.5 / faces)
            } else {
                (0.0, 0.5 / others)
            };
            let error = (likely - wanted) * share;
            for (slope, value) in slope.iter_mut().zip(row) {
                *slope += error * value;
            }
            slope[FACE_FEATURES] += error;
        }
        for nth in 0..weights.len() {
            speed[nth] = 0.9 * speed[nth] - 0.4 * (slope[nth] + 0.000_2 * weights[nth]);
            weights[nth] += speed[nth];
        }
    }
    weights
}
