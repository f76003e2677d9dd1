//! Versions that must exist, fit together, and be the same in every file.

use super::documents::text;
use crate::{places, run};
use anyhow::{Context, Result};
use std::fs;

/// Tauri's command line, the crate. (The npm package has versions of its own.)
const TAURI_CLI: &str = "2.12.4";

/// The oldest NDK that links for memory pages of 16 KB.
const OLDEST_NDK: u32 = 28;

/// The files that name versions.
const DOCUMENTS: &[&str] = &["docs/phones.md", "README.md", "docs/operating.md"];

/// A line per version that does not fit.
pub fn faults() -> Result<Vec<String>> {
    let rust = text("Cargo.toml")?;
    let rust = between(&rust, "rust-version = \"", "\"").context("rust-version")?;
    let mut faults = Vec::new();
    let mut named = Vec::new();
    for file in files()? {
        let text = text(&file)?;
        faults.extend(command_line(&file, &text));
        faults.extend(ndk(&file, &text));
        faults.extend(toolchain(&file, &text, rust));
        named.push(text);
    }
    let all = named.concat();
    for what in ["tauri-cli --version", "NDK", "rustup toolchain install"] {
        if !all.contains(what) {
            faults.push(format!("no document names the version of {what}"));
        }
    }
    Ok(faults)
}

/// Documents and workflows.
pub fn files() -> Result<Vec<String>> {
    let mut files: Vec<String> = DOCUMENTS.iter().map(|&name| name.to_owned()).collect();
    for entry in fs::read_dir(places::at(".github/workflows"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        files.push(format!(".github/workflows/{name}"));
    }
    files.sort();
    Ok(files)
}

fn command_line(file: &str, text: &str) -> Vec<String> {
    text.split("tauri-cli --version ")
        .skip(1)
        .map(version)
        .filter(|found| *found != TAURI_CLI)
        .map(|found| format!("{file} installs tauri-cli {found} instead of {TAURI_CLI}"))
        .collect()
}

fn ndk(file: &str, text: &str) -> Vec<String> {
    let numbers = ["NDK ", "NDK: ", "ndk;"]
        .iter()
        .flat_map(|name| text.split(name).skip(1))
        .map(version)
        .filter(|found| !found.is_empty());
    numbers
        .filter(|found| {
            let major = found.split('.').next().and_then(|major| major.parse().ok());
            major.is_none_or(|major: u32| major < OLDEST_NDK)
        })
        .map(|found| format!("{file} names NDK {found}, which links for pages of 4 KB alone"))
        .collect()
}

fn toolchain(file: &str, text: &str, rust: &str) -> Vec<String> {
    text.split("rustup toolchain install ")
        .skip(1)
        .map(version)
        .filter(|found| found.strip_suffix(".0").unwrap_or(found) != rust)
        .map(|found| format!("{file} installs Rust {found}; Cargo.toml names {rust}"))
        .collect()
}

/// The version at the beginning of a text, without the full stop of a sentence.
fn version(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let version = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    version.trim_end_matches('.')
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?
        .1
        .split_once(after)
        .map(|(found, _)| found)
}

/// Asks the registry whether this version of the command line exists. Without a network the result
/// is reported as unknown.
pub fn exist() -> Result<()> {
    let wanted = format!("tauri-cli@{TAURI_CLI}");
    let ask = |what: &str| run::cargo(["info", "--quiet", what]).within(&places::root());
    if ask(&wanted).succeeds() {
        println!("versions: {wanted} exists");
        return Ok(());
    }
    if ask("tauri-cli").succeeds() {
        anyhow::bail!(
            "{wanted} does not exist: name another version in xtask and in the documents"
        );
    }
    println!("versions: the registry does not answer; whether {wanted} exists is not known");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_that_are_named_fit() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_command_line_of_another_version_is_named() {
        let line = format!("cargo install tauri-cli --version {TAURI_CLI} --locked");
        assert_eq!(command_line("x", &line), Vec::<String>::new());
        let other = "run: cargo install tauri-cli --version 2.12.5 --locked";
        assert_eq!(command_line("x", other).len(), 1);
    }

    #[test]
    fn an_ndk_for_small_pages_is_named() {
        for good in [
            "NDK 29.0.13846066",
            "NDK: 28.1.0",
            "\"ndk;$NDK\"",
            "the NDK, and",
        ] {
            assert_eq!(ndk("x", good), Vec::<String>::new(), "{good}");
        }
        for bad in ["needs NDK 27,", "NDK: 27.2.12479018", "ndk;26.1.10909125"] {
            assert_eq!(ndk("x", bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn another_rust_than_the_projects_is_named() {
        let line = "rustup toolchain install 1.95.0 --profile minimal";
        assert_eq!(toolchain("x", line, "1.95"), Vec::<String>::new());
        assert_eq!(toolchain("x", line, "1.98").len(), 1);
    }
}
