//! The syntax of the Swift halves. Only a Mac can check the types.

use super::{cache, python, reach};
use crate::run;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// Pinned, so that the same sources give the same result.
const PACKAGES: &[&str] = &["tree-sitter==0.26.1", "tree-sitter-swift==0.7.4"];

/// Prints a line per syntax error, and at the end the number of files.
const READER: &str = include_str!("swift.py");

/// The parser's folder.
pub struct Tools(PathBuf);

impl Tools {
    /// The parser of an earlier run; `None` without it.
    pub fn found() -> Option<Self> {
        let folder = cache().join("swift");
        let works = run::program(Path::new("python3"))
            .args(["-c", "import tree_sitter, tree_sitter_swift"])
            .env("PYTHONPATH", &folder)
            .succeeds();
        works.then_some(Self(folder))
    }

    /// The parser, fetched if it is missing.
    pub fn fetch() -> Result<Self> {
        if let Some(tools) = Self::found() {
            return Ok(tools);
        }
        python::install(&cache().join("swift"), PACKAGES)?;
        Self::found().context("the parser of Swift does not start")
    }
}

/// Parses every file; a syntax error is a fault.
pub fn check(tools: Tools) -> Result<()> {
    let sources = reach::swift_sources()?;
    if sources.len() < 5 {
        bail!("only {} Swift files were found", sources.len());
    }
    let printed = run::program(Path::new("python3"))
        .args(["-c", READER])
        .args(&sources)
        .env("PYTHONPATH", &tools.0)
        .read()?;
    let expected = format!("read {}", sources.len());
    if printed.trim() != expected {
        print!("{printed}");
        bail!("a Swift file cannot be read as Swift");
    }
    println!("swift: {} files can be read", sources.len());
    Ok(())
}
