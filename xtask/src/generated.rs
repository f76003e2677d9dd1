//! Generated files: the TypeScript bindings of the types on the wire and in the doors of the app.

use crate::{places, run};
use anyhow::{Context, Result, bail};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const BINDINGS: &str = "ui/bindings";
/// The folder that the tests of the types write to.
pub const EXPORT: &str = "TS_RS_EXPORT_DIR";
/// The feature that exports types as TypeScript.
pub const FEATURE: &str = "app-core/ts";

/// Writes ui/bindings, and removes the bindings of removed types.
pub fn write() -> Result<()> {
    let fresh = fresh_folder()?;
    export(&fresh)?;
    let bindings = places::at(BINDINGS);
    let (old, new) = (texts(&bindings)?, texts(&fresh)?);
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        fs::remove_file(bindings.join(name))?;
    }
    fs::create_dir_all(&bindings)?;
    for (name, text) in new
        .iter()
        .filter(|(name, text)| old.get(*name) != Some(*text))
    {
        fs::write(bindings.join(name), text)?;
        println!("wrote {BINDINGS}/{name}");
    }
    Ok(())
}

/// Checks that ui/bindings is up to date, given a folder that the tests of the types have just
/// written (`EXPORT`); a fault names the differences.
pub fn check(fresh: &Path) -> Result<()> {
    let (old, new) = (texts(&places::at(BINDINGS))?, texts(fresh)?);
    if new.is_empty() {
        bail!("no binding was written: the tests of the types did not run");
    }
    let stale: BTreeSet<&str> = old
        .keys()
        .chain(new.keys())
        .filter(|name| old.get(*name) != new.get(*name))
        .map(String::as_str)
        .collect();
    if !stale.is_empty() {
        let stale: Vec<&str> = stale.into_iter().collect();
        bail!(
            "{BINDINGS} is not what the types say ({}): run `cargo xtask gen` and commit",
            stale.join(", ")
        );
    }
    Ok(())
}

/// A folder to write bindings into, empty.
pub fn fresh_folder() -> Result<PathBuf> {
    let folder = places::target().join("bindings");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    Ok(folder)
}

/// ts-rs writes each type when its own small test runs.
fn export(folder: &Path) -> Result<()> {
    run::cargo([
        "test",
        "--quiet",
        "-p",
        "credential",
        "-p",
        "protocol",
        "-p",
        "app-core",
        "--lib",
    ])
    .args(["--features", FEATURE, "export_bindings"])
    .env(EXPORT, folder)
    .read()
    .context("writing the bindings")?;
    Ok(())
}

fn texts(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    if folder.exists() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".ts") {
                texts.insert(name, fs::read_to_string(entry.path())?);
            }
        }
    }
    Ok(texts)
}
