//! What a fresh machine lacks, said by name and installed.
//!
//! As root nothing is asked; otherwise the one line to run is printed, and nothing else is done.

pub mod apt;
pub mod node;

use crate::places;
use anyhow::Result;
use std::fs;

/// Everything that building and showing the system needs.
pub fn for_demo() -> Result<()> {
    apt::install(&[apt::WINDOW, apt::NODE])?;
    node::ensure()?;
    packages("ui")
}

/// Everything that the tests need besides.
pub fn for_test() -> Result<()> {
    apt::install(&[apt::WINDOW, apt::NODE, apt::BROWSERS, apt::FAULTS])?;
    node::ensure()?;
    packages("ui")?;
    packages("tests/ui")
}

/// `npm ci` where the lock is not the one that was last installed from.
fn packages(folder: &str) -> Result<()> {
    let lock = places::at(folder).join("package-lock.json");
    let installed = places::at(folder).join("node_modules/.installed-from.json");
    if fs::read(&lock)? == fs::read(&installed).unwrap_or_default() {
        return Ok(());
    }
    println!("setup: npm ci in {folder}");
    node::npm(folder, ["ci", "--no-audit", "--no-fund"]).go()?;
    // Last, so that an installation that was cut short is done again.
    fs::copy(&lock, &installed)?;
    Ok(())
}
