//! A Node.js and an npm that can build the screens.

use crate::{
    places,
    run::{self, Run},
};
use anyhow::{Context, Result};
use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
};

/// The oldest version for Vite 8.
const OLDEST_NODE: [u32; 2] = [20, 19];
/// Older versions leave out the machine-specific packages of Vite's bundler.
const OLDEST_NPM: [u32; 2] = [11, 0];

/// Ensures both. If Debian's are older, both are installed as npm packages in the target folder only.
pub fn ensure() -> Result<()> {
    if is_new_enough("node", OLDEST_NODE) && is_new_enough("npm", OLDEST_NPM) {
        return Ok(());
    }
    let folder = tools();
    println!("setup: Node.js 22 and npm 11 into {}", folder.display());
    fs::create_dir_all(&folder)?;
    npm(".", ["install", "--no-audit", "--no-fund", "--prefix"])
        .args([folder.as_os_str()])
        .args(["node@22", "npm@11"])
        .go()
        .context("Node.js 20.19 or newer is needed")
}

/// `npm …` in a folder below the root, with a Node.js that is new enough.
pub fn npm<A: AsRef<OsStr>>(folder: &str, arguments: impl IntoIterator<Item = A>) -> Run {
    run::program(Path::new("npm"))
        .within(&places::at(folder))
        .env("PATH", path())
        .args(arguments)
}

/// The search path, with the tools of `ensure` first if they were needed.
pub fn path() -> OsString {
    let own = tools().join("node_modules/.bin");
    let machine = std::env::var_os("PATH").unwrap_or_default();
    if !own.join("node").exists() {
        return machine;
    }
    let folders = std::iter::once(own).chain(std::env::split_paths(&machine));
    std::env::join_paths(folders).unwrap_or(machine)
}

fn tools() -> PathBuf {
    places::target().join("tools")
}

fn is_new_enough(program: &str, oldest: [u32; 2]) -> bool {
    let mut asked = std::process::Command::new(program);
    let Ok(output) = asked.arg("--version").env("PATH", path()).output() else {
        return false;
    };
    version(&String::from_utf8_lossy(&output.stdout)).is_some_and(|found| found >= oldest)
}

/// The first two numbers of `v20.19.1` or `11.0.3`.
fn version(text: &str) -> Option<[u32; 2]> {
    let mut numbers = text.trim().trim_start_matches('v').split('.');
    Some([numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?])
}

#[cfg(test)]
mod tests {
    use super::{OLDEST_NODE, version};

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(version("v20.19.0\n").unwrap() >= OLDEST_NODE);
        assert!(version("v100.1.0").unwrap() >= OLDEST_NODE);
        assert!(version("v20.9.0").unwrap() < OLDEST_NODE);
        assert!(version("v18.20.4").unwrap() < OLDEST_NODE);
        assert_eq!(version("no such thing"), None);
    }
}
