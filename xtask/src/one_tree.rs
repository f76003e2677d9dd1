//! One tree of compiled dependencies for every part of the project.
//!
//! Cargo unites the features of the selected packages. So `-p storage` alone needs another tokio than
//! the whole workspace, and builds everything above it a second time. Every crate of the project
//! therefore depends on `one-tree`, a crate without code that enables the features of the whole
//! workspace. Its manifest is written by `cargo xtask gen` and checked by `cargo xtask test`.
//!
//! It is for Linux only: phones and other systems do not use it, and the fuzzers have a tree of their
//! own.

use crate::{generated, places, run, tidy};
use anyhow::{Context, Result, bail};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
};

const MANIFEST: &str = "xtask/one-tree/Cargo.toml";
/// Packages whose own dependencies stay out of the tree: the window's crates, because a server has to
/// build without WebKit, and `xtask`, which is built before everything else and stays small.
const APART: &[&str] = &["apoyo-app", "xtask"];
/// The prefix of the window's other crates.
const PLUGIN: &str = "tauri-plugin-";
/// Everything above this line is written by hand.
const MARK: &str = "# Written by `cargo xtask gen`.\n";

/// Kinds of dependencies: as `cargo test` builds a package, and as `cargo build` does.
const WITH_TESTS: &str = "normal,dev";
const WITHOUT_TESTS: &str = "normal";

/// The side that a crate is built for. Build scripts and macros run on the host; cargo separates
/// their features even if host and target are the same machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Target,
    Builder,
}

/// A third-party crate, as it is built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    name: String,
    version: String,
    side: Side,
}

/// Crates and their features.
type Tree = BTreeMap<Crate, BTreeSet<Vec<String>>>;

/// Writes the manifest in several rounds, because united features add dependencies of their own.
pub fn write() -> Result<()> {
    let mut needed = Tree::new();
    for _ in 0..8 {
        save(&needed)?;
        let missing = missing()?;
        if missing.is_empty() {
            return Ok(());
        }
        needed.extend(missing);
    }
    bail!("{MANIFEST} does not settle");
}

/// A fault if any package alone would be built with other features than in the workspace.
pub fn check() -> Result<()> {
    let missing = missing()?;
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.keys().map(|c| c.name.as_str()).collect();
    bail!(
        "packages of the workspace want different features of {}: run `cargo xtask gen` and commit {MANIFEST}",
        names.join(", ")
    );
}

/// The crates that a package alone would build with other features, with those of the workspace.
fn missing() -> Result<Tree> {
    let whole = tree(
        &["--workspace", "--features", generated::FEATURE],
        WITH_TESTS,
    )?;
    let asked = fs::read_to_string(places::at(MANIFEST))?;
    let mut missing = Tree::new();
    for member in members()? {
        for kinds in [WITH_TESTS, WITHOUT_TESTS] {
            for (needed, features) in tree(&["--package", &member], kinds)? {
                let wanted = whole
                    .get(&needed)
                    .with_context(|| format!("{} is not in the whole tree", needed.name))?;
                // Cargo draws the dependencies of a crate of both sides only for one of them. So the host's
                // drawing can differ although the crate is requested correctly.
                if !features.is_subset(wanted) && !asked.contains(&line(&needed, wanted)) {
                    missing.insert(needed, wanted.clone());
                }
            }
        }
    }
    Ok(missing)
}

fn members() -> Result<Vec<String>> {
    let packages = tidy::packages()?;
    Ok(packages
        .iter()
        .filter_map(|package| package["name"].as_str())
        .filter(|name| !APART.contains(name) && !name.starts_with(PLUGIN))
        .map(str::to_owned)
        .collect())
}

/// The crates of a selection. Cargo draws a crate of both sides only once, so a drawing without the
/// host's side gives the target's side, and the whole drawing gives the rest.
fn tree(selection: &[&str], kinds: &str) -> Result<Tree> {
    let target = drawing(&format!("{kinds},no-proc-macro"), selection)?;
    let whole = drawing(&format!("{kinds},build"), selection)?;
    let target = Drawing::read(&target).tree(Side::Target);
    let builder = Drawing::read(&whole).tree(Side::Builder);
    Ok(target.into_iter().chain(builder).collect())
}

fn drawing(edges: &str, selection: &[&str]) -> Result<String> {
    run::cargo(["tree", "--charset", "ascii", "--format", "@{p}@{f}"])
        .args(["--edges", edges])
        .args(selection)
        .read()
}

/// Cargo's drawing of the tree. The dependencies of a crate are drawn once; a repetition has a star.
#[derive(Default)]
struct Drawing<'a> {
    /// The dependencies of each crate, and whether its build script needs them.
    below: BTreeMap<&'a str, BTreeSet<(&'a str, bool)>>,
    tops: BTreeSet<&'a str>,
}

impl<'a> Drawing<'a> {
    /// Four columns a level; `[build-dependencies]` is written above those of a crate.
    fn read(printed: &'a str) -> Self {
        let mut drawing = Self::default();
        let mut above: Vec<&str> = Vec::new();
        // The level of the crates below the last heading, and that heading.
        let mut headed = (0, false);
        for line in printed.lines() {
            let Some((indent, rest)) = line.split_once('@') else {
                if let Some(at) = line.find('[') {
                    headed = (at / 4 + 1, line.contains("[build-"));
                }
                continue;
            };
            let level = indent.len() / 4;
            if level < headed.0 {
                headed = (0, false);
            }
            let found = rest.trim_end_matches(" (*)");
            above.truncate(level);
            match above.last() {
                None => {
                    drawing.tops.insert(found);
                }
                Some(parent) => {
                    let for_build = headed == (level, true);
                    let below = drawing.below.entry(parent).or_default();
                    below.insert((found, for_build));
                }
            }
            above.push(found);
        }
        drawing
    }

    /// Every crate that is built for this side.
    fn tree(&self, wanted: Side) -> Tree {
        let mut tree = Tree::new();
        let mut seen = BTreeSet::new();
        let mut next: Vec<(&str, Side)> =
            self.tops.iter().map(|top| (*top, Side::Target)).collect();
        while let Some((found, mut side)) = next.pop() {
            if found.contains("(proc-macro)") {
                side = Side::Builder;
            }
            if !seen.insert((found, side)) {
                continue;
            }
            let below = self.below.get(found).into_iter().flatten();
            next.extend(below.map(|(below, for_build)| match for_build {
                true => (*below, Side::Builder),
                false => (*below, side),
            }));
            if side == wanted
                && let Some((found, features)) = described(found, side)
            {
                tree.entry(found).or_default().insert(features);
            }
        }
        tree
    }
}

/// `serde v1.0.1@derive,std`, unless it is a package of ours, which is drawn with its path.
fn described(found: &str, side: Side) -> Option<(Crate, Vec<String>)> {
    let (package, features) = found.split_once('@')?;
    if package.contains("(/") {
        return None;
    }
    let mut words = package.split(' ');
    let found = Crate {
        name: words.next()?.to_owned(),
        // The part after a `+` is the origin of a version; requirements ignore it.
        version: words
            .next()?
            .trim_start_matches('v')
            .split('+')
            .next()?
            .to_owned(),
        side,
    };
    let features = features.split(',').filter(|f| !f.is_empty());
    Some((found, features.map(str::to_owned).collect()))
}

fn save(needed: &Tree) -> Result<()> {
    let path = places::at(MANIFEST);
    let old = fs::read_to_string(&path)?;
    let (hand, _) = old.split_once(MARK).context("the mark in the manifest")?;
    let new = format!("{hand}{MARK}{}", lines(needed));
    if new != old {
        fs::write(&path, new)?;
        println!("wrote {MANIFEST}");
    }
    Ok(())
}

fn lines(needed: &Tree) -> String {
    let mut text = String::new();
    for (side, heading) in [
        (Side::Target, "dependencies"),
        (Side::Builder, "build-dependencies"),
    ] {
        let _ = writeln!(
            text,
            "\n[target.'cfg(all(target_os = \"linux\", not(fuzzing)))'.{heading}]"
        );
        for (needed, sets) in needed.iter().filter(|(needed, _)| needed.side == side) {
            let _ = writeln!(text, "{}", line(needed, sets));
        }
    }
    text
}

fn line(needed: &Crate, sets: &BTreeSet<Vec<String>>) -> String {
    let features: BTreeSet<&str> = sets.iter().flatten().map(String::as_str).collect();
    let features: Vec<String> = features.iter().map(|f| format!("{f:?}")).collect();
    let (name, version) = (&needed.name, &needed.version);
    let key = format!("{name}-{}", version.replace('.', "-"));
    format!(
        "{key} = {{ package = {name:?}, version = {version:?}, default-features = false, features = [{}] }}",
        features.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::{Drawing, Side, lines};

    #[test]
    fn macros_and_build_scripts_run_on_the_builder() {
        let printed = "\
@storage v0.1.0 (/a/storage)@
|-- @serde v1.0.1@derive,std
|   `-- @serde_derive v1.0.1 (proc-macro)@default
|       `-- @syn v3.0.9@full
|           `-- @hex v0.4.3@alloc (*)
|-- @sqlite v0.1.0@bundled
|   [build-dependencies]
|   `-- @cc v1.0.0@
|       `-- @shlex v1.0.0@std
`-- @hex v0.4.3@alloc
[dev-dependencies]
`-- @syn v3.0.9@
";
        let drawing = Drawing::read(printed);
        let mut tree = drawing.tree(Side::Target);
        tree.extend(drawing.tree(Side::Builder));
        let sides: Vec<(&str, Side)> = tree.keys().map(|c| (c.name.as_str(), c.side)).collect();
        let expected = [
            ("cc", Side::Builder),
            ("hex", Side::Target),
            ("hex", Side::Builder),
            ("serde", Side::Target),
            ("serde_derive", Side::Builder),
            ("shlex", Side::Builder),
            ("sqlite", Side::Target),
            ("syn", Side::Target),
            ("syn", Side::Builder),
        ];
        assert_eq!(sides, expected);
        let written = lines(&tree);
        assert!(written.contains("serde-1-0-1 = { package = \"serde\", version = \"1.0.1\", default-features = false, features = [\"derive\", \"std\"] }"));
        let (target, builder) = written.split_once("build-dependencies").unwrap();
        assert!(target.contains("\"hex\"") && builder.contains("\"cc\""));
    }
}
