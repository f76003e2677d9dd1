//! Cuts the public QR out of photographs of synthetic backs, with its true place, to measure reading
//! without finding.
//!
//! `cargo run --release -p cards --example code_crops -- SEED COUNT FOLDER` writes COUNT crops
//! of each level and size as PGM, with `crops.json` in the same folder.
#![allow(clippy::unwrap_used)]

use cards::{
    Model, Person, draw,
    photograph::{self, Level, Size},
};
use std::{cell::LazyCell, fs};

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
        let back = LazyCell::new(|| draw::back(&person, model, draw::DEFAULT_DPI));
        for (level, size) in Level::ALL
            .into_iter()
            .flat_map(|level| Size::ALL.map(|size| (level, size)))
        {
            let seed = photograph::seed_for(&person, size.pixels().0.into());
            let corners = photograph::where_seen(level, size, seed, draw::public_code(model));
            let (left, top, side) = around(corners);
            let file = format!("{index:04}-level{}-{}.pgm", level.number(), size.word());
            let path = format!("{folder}/{file}");
            // An interrupted run continues.
            if fs::exists(&path).is_ok_and(|there| !there) {
                let photo = photograph::take(&back, level, size, seed);
                let jpeg = photograph::jpeg(&photo, level.quality());
                let luma = image::load_from_memory(&jpeg).unwrap().into_luma8();
                let crop = image::imageops::crop_imm(&luma, left, top, side, side).to_image();
                let header = format!("P5\n{} {}\n255\n", crop.width(), crop.height());
                fs::write(&path, [header.as_bytes(), crop.as_raw()].concat()).unwrap();
            }
            entries.push(serde_json::json!({
                "file": file,
                "level": level.number(),
                "size": size.word(),
                "text": person.qr().as_str(),
                "corners": corners.map(|at| (at.0 - f64::from(left), at.1 - f64::from(top))),
            }));
        }
        let list = serde_json::to_string_pretty(&entries).unwrap();
        fs::write(format!("{folder}/crops.json"), list).unwrap();
    }
}

/// Left, top and side of a square of 1.5 times the code's size, with the quiet zone and its
/// surroundings.
fn around(corners: [(f64, f64); 4]) -> (u32, u32, u32) {
    let middle = corners.iter().fold((0.0, 0.0), |sum, at| {
        (sum.0 + at.0 / 4.0, sum.1 + at.1 / 4.0)
    });
    let reach = corners
        .iter()
        .map(|at| (at.0 - middle.0).abs().max((at.1 - middle.1).abs()))
        .fold(0.0, f64::max)
        * 1.5;
    let from = |centre: f64| (centre - reach).max(0.0).floor() as u32;
    (from(middle.0), from(middle.1), (reach * 2.0).ceil() as u32)
}
