//! Tools from Python packages, installed in the target folder only.

use crate::run;
use anyhow::Result;
use std::{fs, path::Path};

/// Puts packages into a folder, whole or not at all.
pub fn install(folder: &Path, packages: &[&str]) -> Result<()> {
    let fresh = folder.with_extension("fresh");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    println!("setup: {} into {}", packages.join(" "), folder.display());
    run::program(Path::new("python3"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-compile",
        ])
        .args([
            "--disable-pip-version-check",
            "--root-user-action=ignore",
            "--target",
        ])
        .args([fresh.as_os_str()])
        .args(packages)
        .go()?;
    fs::rename(&fresh, folder)?;
    Ok(())
}
