//! Measures the pictures and prints the values by class.

use std::{collections::BTreeMap, fs, path::Path};
use vision::photo::{Fingerprint, PictureLimits, Side, faces, measure_card, open_picture};

/// Values of one measure in one class.
pub type Values = BTreeMap<(String, String), Vec<f32>>;

pub fn note(values: &mut Values, measure: &str, class: &str, value: f32) {
    values
        .entry((measure.to_owned(), class.to_owned()))
        .or_default()
        .push(value);
}

/// The processor time of this thread in milliseconds.
pub fn spent() -> f32 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanos: f64 = text.split(' ').next().unwrap().parse().unwrap();
    (nanos / 1e6 % 1e6) as f32
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
    let mut prints: Vec<(String, Fingerprint)> = Vec::new();
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
        let picture = open_picture(&bytes, PictureLimits::CAPTURE)
            .unwrap()
            .into_rgb8();
        if kind == "selfie" {
            let begun = spent();
            faces(&picture, false);
            note(&mut values, "ms face live", "", spent() - begun);
            let begun = spent();
            let found = faces(&picture, true);
            note(&mut values, "ms face still", "", spent() - begun);
            note(&mut values, "faces", class, found.len() as f32);
            let best = found.first();
            note(
                &mut values,
                "face score",
                class,
                best.map_or(0.0, |face| face.score),
            );
            note(
                &mut values,
                "face second",
                class,
                found.get(1).map_or(0.0, |face| face.score),
            );
            if let Some(face) = best {
                note(&mut values, "face width", class, face.width);
                note(&mut values, "face x", class, face.middle.0);
                note(&mut values, "face y", class, face.middle.1);
                note(&mut values, "face dark", class, face.dark);
                note(&mut values, "face light", class, face.light);
                note(&mut values, "face balance", class, face.balance);
            }
            note(
                &mut values,
                "flat",
                class,
                f32::from(u8::from(vision::photo::outline(&picture).is_some())),
            );
        }
        if kind != "12mp" && size == "frame" {
            prints.push((name.clone(), Fingerprint::of(&picture)));
            let again = image::imageops::thumbnail(
                &picture,
                picture.width() * 2 / 3,
                picture.height() * 2 / 3,
            );
            let bytes = cards::photograph::jpeg(&again, 60);
            let again = open_picture(&bytes, PictureLimits::CAPTURE)
                .unwrap()
                .brighten(18)
                .into_rgb8();
            let away = Fingerprint::of(&again).distance(&Fingerprint::of(&picture));
            note(&mut values, "bits", "same", away as f32);
        }
        if kind != "selfie" {
            let label = format!("{class}{level}");
            let begun = spent();
            let seen = measure_card(&picture, true);
            let took = spent() - begun;
            note(&mut values, &format!("ms still {size}"), "", took);
            if size == "frame" {
                let begun = spent();
                measure_card(&picture, false);
                note(&mut values, "ms live", "", spent() - begun);
            }
            let label = format!(
                "{label}{}",
                if class.starts_with("screen") {
                    size
                } else {
                    ""
                }
            );
            note(
                &mut values,
                "found",
                &label,
                f32::from(u8::from(seen.card.is_some())),
            );
            note(
                &mut values,
                "sharpness",
                &label,
                seen.sharpness.unwrap_or(0.0),
            );
            note(&mut values, "paper", &label, seen.light.paper);
            note(&mut values, "burnt", &label, seen.light.burnt);
            note(&mut values, "glare", &label, seen.light.glare);
            note(&mut values, "shade", &label, seen.light.shade);
            note(&mut values, "colour", &label, seen.colour);
            note(&mut values, "grid light", &label, seen.grid.brightness);
            note(
                &mut values,
                "grid both",
                &label,
                seen.grid.brightness + seen.grid.colour,
            );
            note(&mut values, "grid colour", &label, seen.grid.colour);
            note(&mut values, "print", &label, seen.print);
            note(
                &mut values,
                "at rim",
                &label,
                f32::from(u8::from(seen.at_rim)),
            );
            let side = if kind == "front" {
                Side::Front
            } else {
                Side::Back
            };
            let newer = _person.parse::<u32>().unwrap() % 4 >= 2;
            let abroad = _person.parse::<u32>().unwrap() % 2 == 1;
            if let Some(card) = seen.card {
                let like = card.likeness;
                note(
                    &mut values,
                    "side right",
                    &label,
                    f32::from(u8::from(like.face.side == side)),
                );
                note(
                    &mut values,
                    "design right",
                    &format!("{label}{kind}"),
                    f32::from(u8::from(like.face.newer == newer)),
                );
                note(&mut values, "alike", &label, like.correlation);
                note(
                    &mut values,
                    "side margin",
                    &label,
                    like.side_margin * if like.face.side == side { 1.0 } else { -1.0 },
                );
                note(
                    &mut values,
                    "design margin",
                    &format!("{label}{kind}"),
                    like.design_margin * if like.face.newer == newer { 1.0 } else { -1.0 },
                );
                note(
                    &mut values,
                    "turned right",
                    &label,
                    f32::from(u8::from(like.turned == (class == "turned"))),
                );
                note(
                    &mut values,
                    "abroad",
                    &format!("{label}{kind}{abroad}"),
                    card.abroad,
                );
            }
            let found = seen.card.map(|card| card.outline);
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
    for (nth, (name, one)) in prints.iter().enumerate() {
        for (other_name, other) in &prints[nth + 1..] {
            let nobody = |name: &str| name.starts_with("nocard") || name.starts_with("nobody");
            let same_scene = name.split('_').nth(4) == other_name.split('_').nth(4)
                && name.split('_').nth(1) == other_name.split('_').nth(1)
                && name.split('_').nth(2) == other_name.split('_').nth(2);
            if !same_scene && !nobody(name) && !nobody(other_name) {
                note(&mut values, "bits", "another", one.distance(other) as f32);
            }
        }
    }
    print(&values);
}
