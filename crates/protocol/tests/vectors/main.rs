//! Test vectors of everything that is sealed. These bytes may never change: phones hold apoyos
//! that were sealed long ago, and other programs will read them.
//!
//! `APOYO_WRITE_VECTORS=1 cargo test -p protocol --test vectors` overwrites the files. That is
//! right for a new format and wrong for an old one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod rfc9180;
mod sealed;

use protocol::environment::Entropy;
use serde::{Serialize, de::DeserializeOwned};
use std::{env, fs, path::PathBuf, sync::Mutex};

/// Deterministic random bytes: SHA-256 of a name and a counter.
struct Fixed {
    name: &'static str,
    drawn: Mutex<u64>,
}

impl Fixed {
    const fn named(name: &'static str) -> Self {
        Self {
            name,
            drawn: Mutex::new(0),
        }
    }
}

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(32) {
            let mut drawn = self.drawn.lock().unwrap();
            let text = format!("{} {}", self.name, *drawn);
            *drawn += 1;
            let hash = protocol::ids::Sha256Hash::of(text.as_bytes());
            piece.copy_from_slice(&hash.as_bytes()[..piece.len()]);
        }
    }
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name)
}

/// Reads the vectors of this file.
fn kept<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_slice(&fs::read(path(name)).unwrap()).unwrap()
}

/// Fails unless this file contains `made`.
fn compare<T: Serialize>(name: &str, made: &T) {
    let text = serde_json::to_string_pretty(made).unwrap() + "\n";
    if env::var_os("APOYO_WRITE_VECTORS").is_some() {
        fs::write(path(name), &text).unwrap();
    }
    assert_eq!(text, fs::read_to_string(path(name)).unwrap(), "{name}");
}
