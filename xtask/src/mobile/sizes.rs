//! The size of the download: the first screen, and the program.

use crate::places;
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The largest compressed size of the first screen: page, styles, and every script that is loaded
/// before it is drawn.
const FIRST_SCREEN: u64 = 150 * 1024;
/// The largest package for one kind of phone.
const APK: u64 = 20_000_000;
/// The rest of a package without the program and its screens: compiled Kotlin and libraries (AndroidX,
/// Material, CameraX, the scanner's client) after R8, resources, signatures. A generous estimate; the
/// workflow that builds a real package measures that one.
const AROUND: u64 = 5_000_000;

/// Measures the first screen of the last bundle.
pub fn first_screen() -> Result<()> {
    let dist = places::at("ui/citizen/dist");
    let mut whole = 0;
    let files = loaded_first(&dist)?;
    for file in &files {
        whole += compressed(&dist.join(file))?;
    }
    println!(
        "first screen: {} KB compressed in {} files, {} KB allowed",
        whole / 1024,
        files.len(),
        FIRST_SCREEN / 1024
    );
    if whole > FIRST_SCREEN {
        let names: Vec<&str> = files.iter().map(String::as_str).collect();
        bail!("the first screen is too heavy: {}", names.join(", "));
    }
    Ok(())
}

/// Measures the release program, and estimates a phone's package.
pub fn program(program: &Path) -> Result<()> {
    let bytes = fs::metadata(program)
        .with_context(|| format!("{} was not built", program.display()))?
        .len();
    // The package holds it compressed (`useLegacyPackaging` in app/build.gradle.kts).
    let packed = compressed(program)?;
    let apk = packed + AROUND;
    let million = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    println!(
        "program: {} on Linux, {} compressed, so about {} as a package for one kind of phone, {} allowed",
        million(bytes),
        million(packed),
        million(apk),
        million(APK)
    );
    if apk > APK {
        bail!("the program is too heavy for a phone");
    }
    Ok(())
}

/// The page, and everything that it and its scripts load at the start: paths below `dist`.
fn loaded_first(dist: &Path) -> Result<BTreeSet<String>> {
    let page = fs::read_to_string(dist.join("index.html"))
        .context("ui/citizen/dist is built by `cargo xtask test` or `demo`")?;
    let mut found = BTreeSet::from(["index.html".to_owned()]);
    let mut waiting: Vec<PathBuf> = quoted_after(&page, &["src=\"", "href=\""])
        .into_iter()
        .map(|path| PathBuf::from(path.trim_start_matches('/')))
        .collect();
    while let Some(path) = waiting.pop() {
        let name = path.to_string_lossy().into_owned();
        if !dist.join(&path).is_file() || !found.insert(name.clone()) {
            continue;
        }
        if name.ends_with(".js") {
            let script = fs::read_to_string(dist.join(&path))?;
            let folder = path.parent().unwrap_or(Path::new(""));
            // `import"./x.js"` and `from"./x.js"` load at once; `import("./x.js")` on demand.
            let imports = quoted_after(&script, &["import\"./", "from\"./"]);
            waiting.extend(imports.into_iter().map(|one| folder.join(one)));
        }
    }
    if !found.iter().any(|name| name.ends_with(".js")) {
        bail!("the page loads no script");
    }
    Ok(found)
}

/// The text between each of these beginnings and the next quotation mark.
fn quoted_after<'a>(text: &'a str, beginnings: &[&str]) -> Vec<&'a str> {
    let after = |beginning: &&str| -> Vec<&'a str> {
        text.split(*beginning)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect()
    };
    beginnings.iter().flat_map(after).collect()
}

/// The size of a file after `gzip -9`.
fn compressed(file: &Path) -> Result<u64> {
    let mut gzip = Command::new("gzip")
        .args(["-9", "-c", "-n"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("gzip is needed to weigh")?;
    let bytes = fs::read(file)?;
    let mut input = gzip.stdin.take().context("gzip reads")?;
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = gzip.wait_with_output()?;
    if writer.join().is_err() || !output.status.success() {
        bail!("gzip failed on {}", file.display());
    }
    Ok(output.stdout.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_loaded_later_is_not_weighed() {
        let dist = std::env::temp_dir().join(format!("apoyo-sizes-{}", std::process::id()));
        let write = |name: &str, text: &str| {
            let path = dist.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "index.html",
            r#"<script src="/a/main.js"></script><link href="/a/main.css"><a href="x">"#,
        );
        write(
            "a/main.js",
            r#"import{a}from"./now.js";const l=()=>import("./later.js")"#,
        );
        write("a/now.js", "1");
        write("a/later.js", "2");
        write("a/main.css", "");
        let found = loaded_first(&dist).unwrap();
        let names: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(names, ["a/main.css", "a/main.js", "a/now.js", "index.html"]);
        assert!(compressed(&dist.join("a/main.js")).unwrap() > 20);
        fs::remove_dir_all(dist).unwrap();
    }
}
