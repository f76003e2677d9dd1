//! What the command leaves in a folder.

use cards::{
    Model, Shares,
    print::{Order, prepare, print_cards, print_people, print_roll},
};
use std::{fs, sync::atomic::AtomicU64, sync::atomic::Ordering};

#[test]
fn a_small_set_is_whole_and_people_json_names_only_files_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let order = Order {
        seed: 1,
        people: 5,
        cards: 2,
        photographs: 1,
        frames: 2,
        backs_only: false,
        upright: false,
        models: vec![Model::G],
        dpi: 150,
        shares: Shares::NONE,
    };
    let (lines, drawn) = (AtomicU64::new(0), AtomicU64::new(0));
    prepare(folder.path(), false).unwrap();
    print_roll(&order, folder.path(), |more| {
        lines.fetch_add(more, Ordering::Relaxed);
    })
    .unwrap();
    print_people(&order, folder.path()).unwrap();
    print_cards(&order, folder.path(), |more| {
        drawn.fetch_add(more, Ordering::Relaxed);
    })
    .unwrap();
    assert_eq!((lines.into_inner(), drawn.into_inner()), (5, 2));

    let roll = fs::read_to_string(folder.path().join("roll.csv")).unwrap();
    assert_eq!(roll.lines().count(), 6);
    let people = fs::read(folder.path().join("people.json")).unwrap();
    let people: serde_json::Value = serde_json::from_slice(&people).unwrap();
    let people = people.as_array().unwrap();
    assert_eq!(people.len(), 5);
    assert!(people[2].get("files").is_none());
    for (person, line) in people.iter().zip(roll.lines().skip(1)) {
        for key in ["cic", "identificador", "curp", "clave_elector", "situacion"] {
            assert!(line.contains(person[key].as_str().unwrap()), "{key}");
        }
    }
    let mut named = 0;
    for person in &people[..2] {
        assert_eq!(person["model"], "G");
        let files = &person["files"];
        let photographs = files["photographs"].as_array().unwrap();
        let singles = ["front", "back", "selfie", "signature"].map(|name| &files[name]);
        for file in singles
            .into_iter()
            .chain(photographs.iter().map(|photo| &photo["file"]))
        {
            let path = folder.path().join(file.as_str().unwrap());
            assert!(image::open(&path).is_ok(), "{}", path.display());
            named += 1;
        }
    }
    assert_eq!(
        fs::read_dir(folder.path().join("cards")).unwrap().count(),
        named
    );
}
