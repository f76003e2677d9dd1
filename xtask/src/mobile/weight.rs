//! A phone's program is optimised for size, the server's release for speed. Cargo has one `release`
//! profile for both, so the difference is set in the environment, which Tauri's command line passes on.
//! Crates that have to be fast on a phone too are listed in Cargo.toml.

use crate::{places, run};
use anyhow::Result;
use std::path::PathBuf;

/// The differences from `[profile.release]`.
const FOR_WEIGHT: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s"),
    ("CARGO_PROFILE_RELEASE_LTO", "fat"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
];

/// Optimises a build for size.
pub fn for_weight(build: run::Run) -> run::Run {
    FOR_WEIGHT
        .iter()
        .fold(build, |build, (name, value)| build.env(name, value))
}

/// Builds the app as for a phone, on this machine, to measure it; returns its path.
pub fn program() -> Result<PathBuf> {
    let target = places::target().join("mobile-check/weight");
    let build =
        run::cargo(["build", "--release", "-p", "apoyo-app", "--target-dir"]).args([&target]);
    for_weight(build).go()?;
    Ok(target.join("release/apoyo-app"))
}
