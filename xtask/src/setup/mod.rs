//! Installs what a fresh machine lacks.
//!
//! As root it installs; otherwise it prints the one line to run and does nothing else.

pub mod apt;
pub mod node;

use crate::places;
use anyhow::Result;
use std::fs;

/// The packages for building and showing the system.
pub fn for_demo() -> Result<()> {
    apt::install(&[apt::WINDOW, apt::NODE])?;
    node::ensure()?;
    packages("ui")
}

/// The further packages for the tests.
pub fn for_test() -> Result<()> {
    apt::install(&[apt::WINDOW, apt::NODE, apt::BROWSERS, apt::FAULTS])?;
    node::ensure()?;
    packages("ui")?;
    packages("tests/ui")
}

/// Runs `npm ci` if the lock file has changed since the last installation.
fn packages(folder: &str) -> Result<()> {
    let lock = places::at(folder).join("package-lock.json");
    let installed = places::at(folder).join("node_modules/.installed-from.json");
    if fs::read(&lock)? == fs::read(&installed).unwrap_or_default() {
        return Ok(());
    }
    println!("setup: npm ci in {folder}");
    node::npm(folder, ["ci", "--no-audit", "--no-fund"]).go()?;
    // Last, so that an interrupted installation is repeated.
    fs::copy(&lock, &installed)?;
    Ok(())
}
