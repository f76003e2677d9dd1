//! The rate and the time of reading photographs of synthetic backs, by level and size.
//!
//! `cargo run -p cards --example read_rate -- 20` takes 20 photographs of each kind. The photographs are
//! not tuned to this reader.
#![allow(clippy::unwrap_used)]

use cards::{
    Model, Person, draw,
    photograph::{self, Level, Size},
};
use credential::PublicQr;
use std::time::{Duration, Instant};
use vision::{
    photo::{PictureLimits, open_picture},
    qr::{Budget, decode_picture, pick_public},
};

const MODELS: [Model; 4] = [Model::E, Model::F, Model::G, Model::H];

fn main() {
    let count: u64 = std::env::args()
        .nth(1)
        .map_or(20, |count| count.parse().unwrap());
    let backs: Vec<_> = (0..count)
        .map(|index| {
            let person = Person::synthetic(77, index);
            let back = draw::back(&person, MODELS[(index % 4) as usize], draw::DEFAULT_DPI);
            (person, back)
        })
        .collect();
    println!("level size    read  E/F   G/H   wrong   ms mean    ms worst   jpeg kB");
    for level in Level::ALL {
        for size in Size::ALL {
            let (mut read, mut wrong, mut bytes) = ([0u64; 2], 0, 0);
            let (mut spent, mut worst) = (Duration::ZERO, Duration::ZERO);
            for (index, (person, back)) in backs.iter().enumerate() {
                let seed = photograph::seed_for(person, size.pixels().0.into());
                let photo = photograph::take(back, level, size, seed);
                let jpeg = photograph::jpeg(&photo, level.quality());
                bytes += jpeg.len();
                let start = Instant::now();
                let still = open_picture(&jpeg, PictureLimits::CAPTURE).unwrap();
                let codes = decode_picture(&still.into_luma8(), Budget::still());
                let took = start.elapsed();
                (spent, worst) = (spent + took, worst.max(took));
                match pick_public(&codes.codes) {
                    PublicQr::Found(qr) if qr == person.qr() => read[index % 4 / 2] += 1,
                    PublicQr::Found(_) => wrong += 1,
                    _ => {}
                }
            }
            let of = |group: u64| {
                format!(
                    "{}/{}",
                    read[group as usize],
                    (count + 2 - 2 * group) / 4 * 2
                )
            };
            println!(
                "{}     {:6} {:4}%  {:5} {:5} {wrong:5} {:9.1} {:11.1} {:9}",
                level.number(),
                size.word(),
                (read[0] + read[1]) * 100 / count,
                of(0),
                of(1),
                spent.as_secs_f64() * 1e3 / count as f64,
                worst.as_secs_f64() * 1e3,
                bytes as u64 / count / 1_000,
            );
        }
    }
}
