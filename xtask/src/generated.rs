//! Files that are made from others: the TypeScript bindings of everything that crosses the wire
//! or the doors of the app.

use crate::{places, run};
use anyhow::{Context, Result, bail};
use std::{collections::BTreeMap, fs, path::Path};

const BINDINGS: &str = "ui/bindings";

/// Writes ui/bindings anew; bindings of types that are gone disappear.
pub fn write() -> Result<()> {
    let fresh = places::target().join("bindings");
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

/// Whether ui/bindings is what `write` would leave; a fault names what differs.
pub fn check() -> Result<()> {
    let fresh = places::target().join("bindings");
    export(&fresh)?;
    let (old, new) = (texts(&places::at(BINDINGS))?, texts(&fresh)?);
    let stale: Vec<&str> = old
        .keys()
        .chain(new.keys())
        .filter(|name| old.get(*name) != new.get(*name))
        .map(String::as_str)
        .collect();
    if !stale.is_empty() {
        bail!(
            "{BINDINGS} is not what the types say ({}): run `cargo xtask gen` and commit",
            stale.join(", ")
        );
    }
    Ok(())
}

/// ts-rs writes each type when its own small test runs.
fn export(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    run::cargo([
        "test", "--quiet", "-p", "protocol", "-p", "app-core", "--lib",
    ])
    .args(["--features", "app-core/ts", "export_bindings"])
    .env("TS_RS_EXPORT_DIR", folder)
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
