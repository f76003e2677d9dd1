//! Reads the pictures again, and prints what was measured, class by class.

use credential::photo::{Limits, open_picture, outline};
use std::{collections::BTreeMap, fs, path::Path, time::Instant};

/// Values of one measure in one class.
pub type Values = BTreeMap<(String, String), Vec<f32>>;

pub fn note(values: &mut Values, measure: &str, class: &str, value: f32) {
    values
        .entry((measure.to_owned(), class.to_owned()))
        .or_default()
        .push(value);
}

pub fn print(values: &Values) {
    println!("measure / class                    n      p1     p10     p50     p90     p99");
    for ((measure, class), all) in values {
        let mut all = all.clone();
        all.sort_by(f32::total_cmp);
        let at = |share: f32| all[((all.len() - 1) as f32 * share).round() as usize];
        println!(
            "{measure:14} {class:16} {:4} {:7.3} {:7.3} {:7.3} {:7.3} {:7.3}",
            all.len(),
            at(0.01),
            at(0.1),
            at(0.5),
            at(0.9),
            at(0.99)
        );
    }
}

pub fn measure(folder: &Path) {
    let mut values = Values::new();
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in names {
        let parts: Vec<&str> = name.trim_end_matches(".jpg").split('_').collect();
        let [class, kind, level, size, _person, corners] = parts[..] else {
            continue;
        };
        let truth: Vec<f32> = corners.split(',').map(|at| at.parse().unwrap()).collect();
        let bytes = fs::read(folder.join(&name)).unwrap();
        let picture = open_picture(&bytes, Limits::CAPTURE).unwrap().into_rgb8();
        if kind != "selfie" {
            let label = format!("{class}{level}");
            let begun = Instant::now();
            let found = outline(&picture);
            note(
                &mut values,
                &format!("ms outline {size}"),
                "",
                begun.elapsed().as_secs_f32() * 1e3,
            );
            note(
                &mut values,
                "found",
                &label,
                f32::from(u8::from(found.is_some())),
            );
            if let Some(found) = found {
                let width = picture.width() as f32;
                // Either way up.
                let away = [0, 2]
                    .map(|turn| {
                        (0..4)
                            .map(|nth| {
                                let (x, y) = found.corners[(nth + turn) % 4];
                                (x - truth[2 * nth]).hypot(y - truth[2 * nth + 1]) / width * 100.0
                            })
                            .fold(0.0, f32::max)
                    })
                    .into_iter()
                    .fold(f32::INFINITY, f32::min);
                note(&mut values, "corner off %", &label, away);
                note(
                    &mut values,
                    "right",
                    &label,
                    f32::from(u8::from(away < 2.5)),
                );
                note(&mut values, "support", &label, found.support);
                if away > 2.5 && std::env::var("SHOW").is_ok() {
                    println!("{name} {away:.1} {:?}", found);
                }
            }
        }
    }
    print(&values);
}
