//! Cuts the public QR out of photographs of synthetic backs, with where it truly lies: what
//! reading is measured on when finding is to be left out of it.
//!
//! `cargo run --release -p cards --example code_crops -- SEED COUNT FOLDER` writes COUNT crops
//! of each level and size as PGM, and `crops.json` beside them.
#![allow(clippy::unwrap_used)]

use cards::{
    Model, Person, draw,
    photograph::{self, Level, Size},
};
use std::fs;

const MODELS: [Model; 4] = [Model::E, Model::F, Model::G, Model::H];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, seed, count, folder] = arguments.as_slice() else {
        panic!("code_crops SEED COUNT FOLDER");
    };
    let (seed, count): (u64, u64) = (seed.parse().unwrap(), count.parse().unwrap());
    fs::create_dir_all(folder).unwrap();
    let mut entries = Vec::new();
    for index in 0..count {
        let person = Person::synthetic(seed, index);
        let model = MODELS[(index % 4) as usize];
        let back = draw::back(&person, model, draw::DEFAULT_DPI);
        for level in Level::ALL {
            for size in Size::ALL {
                let seed = photograph::seed_for(&person, size.pixels().0.into());
                let photo = photograph::take(&back, level, size, seed);
                let jpeg = photograph::jpeg(&photo, level.quality());
                let luma = image::load_from_memory(&jpeg).unwrap().into_luma8();
                let corners = photograph::where_seen(level, size, seed, draw::public_code(model));
                let middle = corners.iter().fold((0.0, 0.0), |sum, at| {
                    (sum.0 + at.0 / 4.0, sum.1 + at.1 / 4.0)
                });
                // Half as far again as the corners: the quiet zone and what stands around it.
                let reach = corners
                    .iter()
                    .map(|at| (at.0 - middle.0).abs().max((at.1 - middle.1).abs()))
                    .fold(0.0, f64::max)
                    * 1.5;
                let left = (middle.0 - reach).max(0.0).floor();
                let top = (middle.1 - reach).max(0.0).floor();
                let side = (reach * 2.0).ceil() as u32;
                let crop = image::imageops::crop_imm(&luma, left as u32, top as u32, side, side)
                    .to_image();
                let file = format!("{index:04}-level{}-{}.pgm", level.number(), size.word());
                let mut bytes =
                    format!("P5\n{} {}\n255\n", crop.width(), crop.height()).into_bytes();
                bytes.extend(crop.as_raw());
                fs::write(format!("{folder}/{file}"), bytes).unwrap();
                entries.push(serde_json::json!({
                    "file": file,
                    "level": level.number(),
                    "size": size.word(),
                    "text": person.qr().as_str(),
                    "corners": corners.map(|at| (at.0 - left, at.1 - top)),
                }));
            }
        }
    }
    fs::write(
        format!("{folder}/crops.json"),
        serde_json::to_string_pretty(&entries).unwrap(),
    )
    .unwrap();
}
