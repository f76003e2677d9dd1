//! `cargo xtask tidy`: the house rules that a machine can see.
//!
//! Each rule is a function that answers with a line per breach. To add one: a file here, a line
//! in [`tidy`].

mod circles;
mod files;
mod imports;
mod lengths;
mod paths;
mod screens;
mod sentences;
mod traces;

use anyhow::{Result, bail};

/// Checks every rule, and names every breach before it fails.
pub fn tidy() -> Result<()> {
    let files = files::all()?;
    let mut breaches = imports::breaches()?;
    breaches.extend(screens::breaches(&files));
    breaches.extend(circles::breaches(&files));
    breaches.extend(lengths::breaches(&files));
    breaches.extend(traces::breaches(&files));
    breaches.extend(sentences::breaches()?);
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
