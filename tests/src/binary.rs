//! The real server, built before the first story needs it.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The folder of this test's own profile (`target/debug`).
pub fn target_folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let own = env::current_exe().expect("a running test has a file");
        own.ancestors()
            .find(|folder| {
                folder
                    .file_name()
                    .is_some_and(|n| n == "debug" || n == "release")
            })
            .expect("cargo builds into a folder named after the profile")
            .to_owned()
    })
}

/// The server's file, which is built now if it is missing or out of date. `APOYO_PROGRAMS` names a
/// folder that has it already.
pub fn apoyo() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match env::var_os("APOYO_PROGRAMS") {
        Some(folder) => PathBuf::from(folder).join("apoyo"),
        None => build("backend", "apoyo"),
    })
}

fn build(package: &str, binary: &str) -> PathBuf {
    let folder = target_folder();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--quiet", "--package", package, "--bin", binary])
        .arg("--target-dir")
        .arg(folder.parent().expect("a profile lies within target/"));
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    let status = cargo.status().expect("cargo runs: it runs this test");
    assert!(status.success(), "{package} does not build");
    folder.join(binary)
}
