//! How a phone's program is built: for weight. The server's own release is built for speed, and
//! Cargo knows one `release` for both; so the difference travels in the environment, as Tauri's
//! command line passes it on. What has to be fast on a phone too says so in Cargo.toml.

use crate::{places, run};
use anyhow::Result;
use std::path::PathBuf;

/// What differs from `[profile.release]`.
const FOR_WEIGHT: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s"),
    ("CARGO_PROFILE_RELEASE_LTO", "fat"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
];

/// Makes a build one for weight.
pub fn for_weight(build: run::Run) -> run::Run {
    FOR_WEIGHT
        .iter()
        .fold(build, |build, (name, value)| build.env(name, value))
}

/// Builds the app as for a phone, on this machine, to be weighed; answers where it is.
pub fn program() -> Result<PathBuf> {
    let target = places::target().join("mobile-check/weight");
    let build =
        run::cargo(["build", "--release", "-p", "apoyo-app", "--target-dir"]).args([&target]);
    for_weight(build).go()?;
    Ok(target.join("release/apoyo-app"))
}
