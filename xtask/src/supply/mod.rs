//! The supply chain of the programs: licences and sources, the list of materials, advisories.
//!
//! | what | needs the network | where |
//! |---|---|---|
//! | licences and sources against `deny.toml` | no | `cargo xtask tidy` |
//! | list of materials (CycloneDX) | no | `cargo xtask sbom` |
//! | advisories, yanked versions | yes, or a copy of the database | `cargo xtask deny`, by cargo-deny |

mod licence;
mod sbom;

pub use sbom::write as sbom;

use crate::{places, run};
use anyhow::{Context, Result, bail};
use licence::Allowed;
use serde_json::Value;

/// The dependencies, as cargo resolves them.
fn resolved() -> Result<Value> {
    let metadata = run::cargo(["metadata", "--format-version", "1", "--locked"]).read()?;
    Ok(serde_json::from_str(&metadata)?)
}

fn packages(metadata: &Value) -> Result<&Vec<Value>> {
    let packages = metadata["packages"].as_array();
    packages.context("cargo metadata lists packages")
}

/// A line per third-party crate whose licence or source `deny.toml` does not allow.
pub fn breaches() -> Result<Vec<String>> {
    let rules = std::fs::read_to_string(places::at("deny.toml"))?;
    let allowed = Allowed::of(&rules)?;
    let metadata = resolved()?;
    let others = packages(&metadata)?
        .iter()
        .filter(|one| !one["source"].is_null());
    let breach = |one: &Value| allowed.breach(one);
    Ok(others.filter_map(breach).collect())
}

/// Runs all checks of `deny.toml` with cargo-deny. Without the network it needs its copy of the database
/// of advisories. A check that could not be run is a failure.
pub fn deny() -> Result<()> {
    if !run::cargo(["deny", "--version"]).succeeds() {
        bail!("there is no cargo-deny: cargo install cargo-deny --locked");
    }
    run::cargo(["deny", "check"]).go()
}
