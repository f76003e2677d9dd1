//! Methods of the standard library that are stubs on Android: they compile, and only report
//! "unsupported". The list comes from the library's own source, so a newer one may extend it.

use super::shell::STUBS;
use anyhow::{Context, Result, bail};
use std::{collections::BTreeSet, fs, path::Path};

/// Compares the stubs of the source in this compiler's folder with clippy's list.
pub fn check(root: &Path) -> Result<()> {
    let folder = root.join("usr/src");
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let file = entry?.path().join("library/std/src/sys/fs/unix.rs");
        if file.exists() {
            found.extend(stubs(&fs::read_to_string(file)?));
        }
    }
    let refused: BTreeSet<String> = STUBS.iter().map(|&name| name.to_owned()).collect();
    let more: Vec<&str> = found.difference(&refused).map(String::as_str).collect();
    if !more.is_empty() {
        bail!(
            "stubs on Android that clippy.toml allows: {}",
            more.join(", ")
        );
    }
    println!(
        "std: the {} stubs on Android are refused by clippy",
        found.len()
    );
    Ok(())
}

/// The methods that are unsupported on every system outside of a list, where Android is not listed.
fn stubs(source: &str) -> BTreeSet<String> {
    let mut stubs = BTreeSet::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("() not supported\"") {
        let name = before.rsplit('"').next().unwrap_or_default();
        let listed = before.rsplit("#[cfg(not(any(").next().unwrap_or_default();
        let listed = listed.split(")))]").next().unwrap_or_default();
        if !listed.contains("\"android\"") {
            stubs.insert(name.to_owned());
        }
        rest = after;
    }
    stubs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_android_lacks_is_a_stub_and_one_that_it_has_is_not() {
        let source = r#"
            #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
            pub fn lock(&self) { Err(io::const_error!(Unsupported, "lock() not supported")) }
            #[cfg(not(any(target_os = "linux", target_os = "android")))]
            pub fn peek(&self) { Err(io::const_error!(Unsupported, "peek() not supported")) }
            pub fn times(&self) { Err("setting file times not supported") }
        "#;
        assert_eq!(stubs(source).into_iter().collect::<Vec<_>>(), ["lock"]);
    }
}
