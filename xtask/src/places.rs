//! Paths in the tree.

use std::path::PathBuf;

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(PathBuf::from).unwrap_or(here)
}

/// A path below the root.
pub fn at(path: &str) -> PathBuf {
    root().join(path)
}

/// The folder that cargo builds into.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => at("target"),
    }
}

/// The variable with the folder of the programs, for tests.
pub const PROGRAMS: &str = "APOYO_PROGRAMS";

/// The folder of the debug programs, which tests and demo run.
pub fn programs() -> PathBuf {
    target().join("debug")
}

/// One of these programs.
pub fn built(program: &str) -> PathBuf {
    programs().join(program)
}
