//! `cargo xtask tidy`: the house rules that a machine can check.
//!
//! Each rule is a function that returns a line per breach. To add one: a file here, a line in [`tidy`].

mod circles;
mod dependencies;
mod files;
mod imports;
mod lengths;
mod paths;
mod screens;
mod traces;
mod words;

pub use imports::packages;

use crate::supply;
use anyhow::{Result, bail};
use clap::Args;

/// The options.
#[derive(Debug, Args)]
pub struct Options {
    /// Only count worn words in the comments, by folder.
    #[arg(long)]
    words: bool,
}

/// Checks, or counts.
pub fn run(options: &Options) -> Result<()> {
    if options.words {
        words::print(&files::all()?);
        return Ok(());
    }
    tidy()
}

/// Checks every rule and prints every breach before it fails.
pub fn tidy() -> Result<()> {
    let files = files::all()?;
    let packages = imports::packages()?;
    let mut breaches = imports::breaches(&packages);
    breaches.extend(dependencies::breaches(&files, &packages));
    breaches.extend(screens::breaches(&files));
    breaches.extend(circles::breaches(&files));
    breaches.extend(lengths::breaches(&files));
    breaches.extend(traces::breaches(&files));
    breaches.extend(words::breaches(&files));
    breaches.extend(supply::breaches()?);
    for breach in &breaches {
        println!("tidy: {breach}");
    }
    if breaches.is_empty() {
        println!("tidy: {} files keep the house rules", files.len());
        Ok(())
    } else {
        bail!("{} breaches of the house rules", breaches.len())
    }
}
