//! The measurements of the photo checks on synthetic pictures, and their accuracy.
//!
//! ```text
//! cargo run --release -p cards --example photo_checks -- make FOLDER 5101 16 [selfie]    the pictures
//! cargo run --release -p cards --example photo_checks -- measure FOLDER         distributions
//! cargo run --release -p cards --example photo_checks -- judge FOLDER           findings
//! cargo run --release -p cards --example photo_checks -- time FILE...           cost
//! ```
//!
//! Thresholds were chosen on seed 5101 and judged on seed 9203; see docs/photo-checks.md.
#![allow(clippy::unwrap_used)]

mod corpus;
mod judge;
mod measure;

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["make", folder, seed, people, kind @ ..] => corpus::make(
            Path::new(folder),
            seed.parse().unwrap(),
            people.parse().unwrap(),
            kind.first().copied(),
        ),
        ["judge", folder] => judge::judge(Path::new(folder)),
        ["time", files @ ..] => judge::time(files),
        ["measure", folder] => measure::measure(Path::new(folder)),
        _ => eprintln!(
            "make FOLDER SEED PEOPLE [KIND] | measure FOLDER | judge FOLDER | time FILE..."
        ),
    }
}
