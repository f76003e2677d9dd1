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
            // Printed before the try, so that the last line before a panic is the culprit.
            println!("{}", path.display());
            (target.run)(&bytes);
            // A prefix of it is another input.
            (target.run)(&bytes[..bytes.len() / 2]);
            read += 1;
        }
        assert!(read > 0, "{} has no corpus", target.name);
        (target.run)(&[]);
        (target.run)(&[0; 300]);
        (target.run)(&[0xFF; 300]);
    }
}

/// A sequence of random numbers that depends only on its seed.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).expect("below a length")
    }
}

/// Mutations of a valid input: flipped bits, pieces cut out, doubled or exchanged, extreme numbers, the
/// tail of another input.
fn spoiled(good: &[u8], other: &[u8], draws: &mut Draws) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..=draws.below(4) {
        let at = draws.below(bytes.len());
        let end = bytes.len().min(at + 1 + draws.below(32));
        match draws.below(6) {
            _ if bytes.is_empty() => bytes = other.to_vec(),
            0 => bytes[at] ^= 1 << draws.below(8),
            1 => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF][draws.below(5)],
            2 => drop(bytes.drain(at..end)),
            3 => {
                let again = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, again));
            }
            4 => bytes.truncate(at),
            _ => {
                bytes.truncate(at);
                bytes.extend_from_slice(&other[draws.below(other.len())..]);
            }
        }
    }
    bytes
}

/// `HOSTILE_ROUNDS=100000 cargo test -p hostile -- --nocapture` is the long form; `HOSTILE_TARGET` names
/// one target. Pictures take longer and get fewer rounds.
#[test]
fn what_is_spoiled_at_random_is_read_without_harm() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    let rounds: usize = number("HOSTILE_ROUNDS").unwrap_or(300);
    let only = std::env::var("HOSTILE_TARGET").ok();
    for target in TARGETS {
        if only.as_ref().is_some_and(|only| only != target.name) {
            continue;
        }
        let entries = fs::read_dir(corpus().join(target.name)).unwrap();
        let mut good: Vec<Vec<u8>> = entries
            .map(|entry| fs::read(entry.unwrap().path()).unwrap())
            .collect();
        good.sort();
        let slow = ["photo", "picture", "qr_luma", "qr_soft"];
        let rounds = match slow.iter().any(|word| target.name.contains(word)) {
            true => rounds.div_ceil(50),
            false => rounds,
        };
        let mut draws = Draws(0x9E37_79B9_7F4A_7C15);
        for round in 0..rounds {
            let (one, other) = (draws.below(good.len()), draws.below(good.len()));
            let bytes = spoiled(&good[one], &good[other], &mut draws);
            let harmed = std::panic::catch_unwind(|| (target.run)(&bytes)).is_err();
            assert!(!harmed, "{} in round {round}: {}", target.name, hex(&bytes));
        }
        println!("{}: {rounds} spoiled, none did harm", target.name);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
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
