//! The rate of each finding by kind of picture, and the cost of a check.

use super::{corpus, measure::spent};
use std::{collections::BTreeMap, fs, path::Path};
use vision::photo::{
    PictureLimits, Side, check_card, check_card_frame, check_face_frame, check_selfie, open_picture,
};

/// Counts findings over a folder of pictures.
pub fn judge(folder: &Path) {
    let mut seen: BTreeMap<String, (u32, BTreeMap<String, u32>)> = BTreeMap::new();
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in names {
        let parts: Vec<&str> = name.split('_').collect();
        let [class, kind, level, size, person, _] = parts[..] else {
            continue;
        };
        let bytes = fs::read(folder.join(&name)).unwrap();
        let picture = open_picture(&bytes, PictureLimits::CAPTURE)
            .unwrap()
            .into_rgb8();
        let model = corpus::model(person.parse().unwrap());
        let (findings, advice) = match kind {
            "selfie" => (
                check_selfie(&picture).findings,
                check_face_frame(&picture).advice,
            ),
            kind => {
                let side = if kind == "front" {
                    Side::Front
                } else {
                    Side::Back
                };
                let found = check_card(&picture, side, Some(model), &[]).findings;
                (found, check_card_frame(&picture, side, &[]).advice)
            }
        };
        let row = match class {
            "good" if kind != "selfie" => format!("good, level {level}"),
            class if class.starts_with("screen") => format!("{class} {size}"),
            class => format!("{kind} {class}")
                .replace("front ", "")
                .replace("back ", ""),
        };
        let entry = seen.entry(row).or_default();
        entry.0 += 1;
        for finding in findings {
            *entry.1.entry(format!("{finding:?}")).or_default() += 1;
        }
        *entry.1.entry(format!("→{advice:?}")).or_default() += 1;
    }
    for (class, (count, findings)) in seen {
        let told: Vec<String> = findings
            .iter()
            .map(|(finding, times)| format!("{finding} {times}"))
            .collect();
        println!("{class:24} of {count:3}: {}", told.join(", "));
    }
}

/// The cost of one check of each of these files: milliseconds of processor time, and the peak memory of
/// this process.
pub fn time(files: &[&str]) {
    for file in files {
        let bytes = fs::read(file).unwrap();
        let begun = spent();
        let picture = open_picture(&bytes, PictureLimits::CAPTURE)
            .unwrap()
            .into_rgb8();
        let opened = spent();
        let live = check_card_frame(&picture, Side::Back, &[]).advice;
        let looked = spent();
        check_card(&picture, Side::Back, None, &[]);
        let checked = spent();
        check_face_frame(&picture);
        let faced = spent();
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let peak = status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or_default();
        println!(
            "{}×{}: open {:.1} ms, live look {:.1}, full check {:.1}, face {:.1}; {live:?}; {peak}",
            picture.width(),
            picture.height(),
            opened - begun,
            looked - opened,
            checked - looked,
            faced - checked,
        );
    }
}
