//! Every target over its corpus: the short form of fuzzing, without a fuzzer.

use hostile::TARGETS;
use std::{fs, path::Path};

fn corpus() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus"))
}

#[test]
fn what_fuzzing_kept_is_read_without_harm() {
    for target in TARGETS {
        let folder = corpus().join(target.name);
        let mut read = 0;
        for entry in fs::read_dir(&folder).unwrap_or_else(|why| panic!("{folder:?}: {why}")) {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            // Named before it is tried: the last line above a panic is the culprit.
            println!("{}", path.display());
            (target.run)(&bytes);
            // A beginning of it is another stranger.
            (target.run)(&bytes[..bytes.len() / 2]);
            read += 1;
        }
        assert!(read > 0, "{} has no corpus", target.name);
        (target.run)(&[]);
        (target.run)(&[0; 300]);
        (target.run)(&[0xFF; 300]);
    }
}

#[test]
fn every_corpus_and_every_fuzz_target_belongs_to_one_reader() {
    let named = |folder: &Path, ending: &str| -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .map(|name| name.trim_end_matches(ending).to_owned())
            .collect();
        names.sort();
        names
    };
    let mut readers: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    readers.sort_unstable();
    assert_eq!(named(corpus(), ""), readers);
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    assert_eq!(named(&fuzz.join("fuzz_targets"), ".rs"), readers);
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for reader in readers {
        let entry = format!("name = \"{reader}\"\npath = \"fuzz_targets/{reader}.rs\"");
        assert!(manifest.contains(&entry), "{reader} in fuzz/Cargo.toml");
    }
}
