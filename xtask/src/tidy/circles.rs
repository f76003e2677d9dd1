//! No circles: what a room needs does not need the room.
//!
//! A room is a module directly below a crate's root, with all its content; the modules of a folder are
//! rooms of that folder in the same way. An arrow is a path from one room into another in the code
//! without tests. The root itself (`lib.rs`, `mod.rs`) is not a room: it joins the modules below it,
//! and a re-exported name belongs to the room that defines it.

use super::{
    files::Text,
    paths::{self, Path},
};
use std::collections::{BTreeMap, BTreeSet};

/// Arrows between the rooms of one place: from, to, and a file that it is written in.
#[derive(Debug, Default)]
struct Arrows {
    arrows: BTreeMap<String, BTreeMap<String, String>>,
}

/// A line per circle.
pub fn breaches(files: &[Text]) -> Vec<String> {
    let mut breaches = Vec::new();
    for (place, rooms) in places(files) {
        for circle in rooms.circles() {
            breaches.push(format!("{place} goes in a circle: {}", rooms.told(&circle)));
        }
    }
    breaches
}

/// Every crate's root and every folder of modules, with the arrows between its rooms.
fn places(files: &[Text]) -> BTreeMap<String, Arrows> {
    let mut places: BTreeMap<String, Arrows> = BTreeMap::new();
    for (source, modules) in crates(files) {
        let passed_on: BTreeMap<&[String], BTreeMap<String, Path>> = modules
            .iter()
            .map(|(module, file)| (module.as_slice(), passed_on(module, file, &modules)))
            .collect();
        for (module, file) in &modules {
            for path in paths::used(&file.text, module) {
                let path = followed(path, &passed_on);
                // At the level where the two paths diverge, one room needs another.
                let common = module.iter().zip(&path).take_while(|(a, b)| a == b).count();
                let (Some(from), Some(to)) = (module.get(common), path.get(common)) else {
                    continue;
                };
                if !is_a_room(&path[..=common], &modules) {
                    continue;
                }
                let place = path[..common].join("/");
                let place = format!("{source}/{place}").trim_end_matches('/').to_owned();
                let arrows = &mut places.entry(place).or_default().arrows;
                let to_there = arrows.entry(from.clone()).or_default();
                to_there
                    .entry(to.clone())
                    .or_insert_with(|| file.path.clone());
            }
        }
    }
    places
}

type Modules<'a> = BTreeMap<Path, &'a Text>;

/// The modules of each crate, by the folder of its source, without tests and without programs in
/// `bin`, which cannot be imported.
fn crates(files: &[Text]) -> BTreeMap<&str, Modules<'_>> {
    let mut crates: BTreeMap<&str, Modules> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is(&[".rs"])) {
        let Some(at) = file.path.find("src/") else {
            continue;
        };
        let (source, below) = (&file.path[..at + 3], &file.path[at + 4..]);
        let mut module: Path = below
            .trim_end_matches(".rs")
            .split('/')
            .map(str::to_owned)
            .collect();
        let last = module.last().map(String::as_str).unwrap_or_default();
        if last == "tests" || last.ends_with("_tests") || module[0] == "bin" {
            continue;
        }
        if last == "mod" || (module.len() == 1 && (last == "lib" || last == "main")) {
            module.pop();
        }
        // If a crate is both a library and a program, its library is imported.
        let modules = crates.entry(source).or_default();
        if !(below == "main.rs" && modules.contains_key(&module)) {
            modules.insert(module, file);
        }
    }
    crates
}

fn is_a_room(path: &[String], modules: &Modules) -> bool {
    modules.keys().any(|module| module.starts_with(path))
}

/// The names that a module re-exports from the modules below it.
fn passed_on(module: &[String], file: &Text, modules: &Modules) -> BTreeMap<String, Path> {
    paths::imported(&file.text, module)
        .into_iter()
        .filter(|path| path.len() > module.len() + 1 && path.starts_with(module))
        .filter(|path| is_a_room(&path[..=module.len()], modules))
        .filter_map(|path| Some((path.last()?.clone(), path)))
        .collect()
}

/// Resolves a path through re-exports.
fn followed(path: Path, passed_on: &BTreeMap<&[String], BTreeMap<String, Path>>) -> Path {
    for level in 0..path.len() {
        let names = passed_on.get(&path[..level]);
        if let Some(real) = names.and_then(|names| names.get(&path[level])) {
            return real.clone();
        }
    }
    path
}

impl Arrows {
    /// The rooms of each circle: those that reach each other.
    fn circles(&self) -> Vec<Vec<&str>> {
        let mut circles = Vec::new();
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for from in self.arrows.keys() {
            if done.contains(from.as_str()) {
                continue;
            }
            let reached = self.reached(from);
            if !reached.contains(from.as_str()) {
                continue;
            }
            let circle: Vec<&str> = reached
                .into_iter()
                .filter(|room| self.reached(room).contains(from.as_str()))
                .collect();
            done.extend(&circle);
            circles.push(circle);
        }
        circles
    }

    fn reached<'a>(&'a self, from: &str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&str> = vec![from];
        while let Some(room) = next.pop() {
            for to in self.arrows.get(room).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(to.as_str()) {
                    next.push(to);
                }
            }
        }
        reached
    }

    /// The arrows of a circle, each with a file that it is written in.
    fn told(&self, circle: &[&str]) -> String {
        let mut arrows = Vec::new();
        for from in circle {
            for (to, file) in self.arrows.get(*from).into_iter().flatten() {
                if circle.contains(&to.as_str()) {
                    let file = file.rsplit_once("src/").map_or(file.as_str(), |(_, f)| f);
                    arrows.push(format!("{from} -> {to} ({file})"));
                }
            }
        }
        arrows.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str, text: &str) -> Text {
        Text {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn planted(back: &str) -> Vec<Text> {
        vec![
            text("a/src/lib.rs", "mod door;\nmod mail;\npub use door::Door;"),
            text("a/src/door/mod.rs", "use crate::mail::{self, Letter};"),
            text("a/src/door/open.rs", "use super::Door;"),
            text("a/src/mail.rs", back),
        ]
    }

    #[test]
    fn a_planted_circle_is_named_with_its_files() {
        let found = breaches(&planted("use crate::door::open;"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("a/src goes in a circle"));
        assert!(found[0].contains("door -> mail (door/mod.rs), mail -> door (mail.rs)"));
    }

    #[test]
    fn a_name_that_the_root_passes_on_closes_a_circle_too() {
        for back in ["use crate::Door;", "fn f(_: &super::Door) {}"] {
            assert_eq!(breaches(&planted(back)).len(), 1, "{back}");
        }
    }

    #[test]
    fn words_in_comments_and_tests_are_not_arrows() {
        for back in [
            "/// See [`crate::door`].\nfn f() {}",
            "fn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::door::open;\n}",
            "fn f() -> Letter { Letter }",
        ] {
            assert_eq!(breaches(&planted(back)), [""; 0], "{back}");
        }
    }

    #[test]
    fn the_modules_of_a_folder_are_rooms_of_it() {
        let files = [
            text("a/src/lib.rs", "mod http;"),
            text("a/src/http/mod.rs", "mod limits;\nmod router;"),
            text("a/src/http/limits.rs", "use super::router::Route;"),
            text("a/src/http/router.rs", "use crate::http::limits::Limit;"),
        ];
        let found = breaches(&files);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("a/src/http goes"));
    }
}
