//! The one build: programs, tests and lints out of one tree of compiled dependencies.
//!
//! Clippy replaces the compiler for the project's own crates (`RUSTC_WORKSPACE_WRAPPER`): it compiles
//! like rustc and lints too, so the linted artifacts are those that run. Every command selects the
//! whole workspace with the same features and narrows only the targets, so each command reuses the
//! artifacts of the others.

use crate::{generated, places, run};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
};

/// The selection that all commands share.
const EVERYTHING: [&str; 3] = ["--workspace", "--features", generated::FEATURE];

/// A compiled file of tests.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Folder of the package, kind, target: `tests test flows`.
    pub name: String,
    /// The program of these tests.
    pub program: PathBuf,
    /// The package's folder, where tests expect to be started.
    pub folder: PathBuf,
}

/// Builds and lints everything: programs, tests, examples. A warning is an error.
///
/// The warnings are counted here and not denied by an argument of the compiler. An argument would
/// change the artifacts, and the demo could not share them: it also runs on newer compilers, with lints
/// that we have not met. Cargo repeats the warnings of crates that it does not build again.
pub fn everything() -> Result<Vec<Suite>> {
    let mut suites = Vec::new();
    let mut warnings = 0;
    let json = ["--all-targets", "--message-format", "json"];
    messages(cargo("build").args(json), |message| {
        if let Some(text) = warning(&message) {
            warnings += 1;
            eprint!("{text}");
        }
        suites.extend(suite(&message));
    })?;
    if warnings > 0 {
        bail!("{warnings} warnings of the compiler or of clippy");
    }
    suites.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(suites)
}

/// Builds some programs only; their paths are [`places::built`].
pub fn programs(names: &[&str]) -> Result<()> {
    let bins = names.iter().flat_map(|name| ["--bin", name]);
    cargo("build").args(bins).go()
}

/// Builds and runs the examples in the documentation.
pub fn documentation() -> run::Run {
    cargo("test").args(["--doc"])
}

/// `cargo test` for some targets, out of the same tree.
pub fn test<'a>(targets: impl IntoIterator<Item = &'a str>) -> run::Run {
    cargo("test").args(targets)
}

fn cargo(verb: &str) -> run::Run {
    run::cargo([verb])
        .args(EVERYTHING)
        .env("RUSTC_WORKSPACE_WRAPPER", clippy())
}

/// The clippy driver of the cargo that runs us; by default the one on the search path.
fn clippy() -> PathBuf {
    let beside = std::env::var_os("CARGO")
        .and_then(|cargo| Some(Path::new(&cargo).parent()?.join("clippy-driver")));
    beside
        .filter(|driver| driver.is_file())
        .unwrap_or_else(|| "clippy-driver".into())
}

/// Runs cargo and passes on its messages one by one.
fn messages(cargo: run::Run, mut take: impl FnMut(Value)) -> Result<()> {
    let mut command = cargo.into_command();
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cargo cannot be started")?;
    let printed = child.stdout.take().context("its output was not piped")?;
    for line in BufReader::new(printed).lines() {
        if let Ok(message) = serde_json::from_str(&line?) {
            take(message);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("the build ended with {status}");
    }
    Ok(())
}

/// The text of a diagnostic, if the message is one. Errors are included, because cargo leaves the
/// printing to us. Only the project's own crates have diagnostics; cargo silences other crates.
fn warning(message: &Value) -> Option<&str> {
    (message["reason"] == "compiler-message").then_some(())?;
    message["message"]["rendered"].as_str()
}

fn suite(message: &Value) -> Option<Suite> {
    let is_test = message["reason"] == "compiler-artifact" && message["profile"]["test"] == true;
    is_test.then_some(())?;
    let folder = Path::new(message["manifest_path"].as_str()?).parent()?;
    let package = folder.strip_prefix(places::root()).unwrap_or(folder);
    let target = message["target"]["name"].as_str()?;
    let kind = message["target"]["kind"][0].as_str()?;
    Some(Suite {
        name: format!("{} {kind} {target}", package.display()),
        program: message["executable"].as_str()?.into(),
        folder: folder.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{suite, warning};
    use serde_json::json;

    #[test]
    fn a_warning_is_seen_and_a_finished_test_is_found() {
        let message = json!({
            "reason": "compiler-message",
            "message": {"level": "warning", "rendered": "warning: unused\n"},
        });
        assert_eq!(warning(&message), Some("warning: unused\n"));
        assert!(suite(&message).is_none());
        let artifact = json!({
            "reason": "compiler-artifact",
            "manifest_path": "/a/tests/Cargo.toml",
            "target": {"name": "flows", "kind": ["test"]},
            "profile": {"test": true},
            "executable": "/a/target/debug/deps/flows-1",
        });
        assert!(warning(&artifact).is_none());
        let found = suite(&artifact).unwrap();
        assert_eq!(found.name, "/a/tests test flows");
        assert_eq!(found.folder.to_str(), Some("/a/tests"));
        let program = json!({
            "reason": "compiler-artifact",
            "manifest_path": "/a/tests/Cargo.toml",
            "target": {"name": "host", "kind": ["bin"]},
            "profile": {"test": false},
            "executable": "/a/target/debug/host",
        });
        assert!(suite(&program).is_none());
    }
}
