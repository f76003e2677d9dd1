//! The names that must agree in Rust, Kotlin and Swift. No compiler sees more than one of them.

use super::{documents::text, reach};
use crate::places;
use anyhow::{Context, Result};
use std::{collections::BTreeSet, fs};

/// The words in messages between the halves, per plugin: results, refusals, levels of keys.
const WORDS: &[(&str, &[&str])] = &[
    ("device-key", &["lost", "full", "other", "software", "none"]),
    ("hand-over", &["gone", "cancelled", "none", "full", "other"]),
    ("private-screen", &[]),
];

/// A plugin's three halves, each as one text.
struct Halves {
    plugin: String,
    rust: String,
    kotlin: String,
    swift: String,
}

/// A line per fault.
pub fn faults() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for plugin in reach::plugins()? {
        let halves = Halves {
            rust: of(&plugin, "src", "rs")?,
            kotlin: of(&plugin, "android/src/main", "kt")?,
            swift: of(&plugin, "ios/Sources", "swift")?,
            plugin: plugin.clone(),
        };
        faults.extend(halves.commands());
        faults.extend(halves.registered());
        faults.extend(halves.arguments());
        let words = WORDS.iter().find(|(name, _)| *name == plugin);
        let (_, words) = words.with_context(|| format!("mobile/{plugin} has no words in xtask"))?;
        faults.extend(halves.words(words));
    }
    faults.extend(paper(
        &text("mobile/private-screen/android/src/main/java/mx/apoyo/privatescreen/PrivateScreenPlugin.kt")?,
        &text("src-tauri/gen/android/app/src/main/res/values/colors.xml")?,
        &text("src-tauri/gen/android/app/src/main/res/values-night/colors.xml")?,
    ));
    faults.extend(tray(
        &text("mobile/hand-over/src/tray.rs")?,
        &text("src-tauri/gen/android/app/src/main/res/xml/file_paths.xml")?,
    ));
    Ok(faults)
}

fn of(plugin: &str, folder: &str, ending: &str) -> Result<String> {
    let mut files = Vec::new();
    reach::collect(
        &places::at(&format!("mobile/{plugin}/{folder}")),
        ending,
        &mut files,
    )?;
    files.sort();
    let mut whole = String::new();
    for file in files {
        whole.push_str(&fs::read_to_string(file)?);
    }
    Ok(whole)
}

impl Halves {
    /// The commands that Rust calls are those of Kotlin and of Swift.
    fn commands(&self) -> Vec<String> {
        let asked = after(&self.rust, &["ask(\"", "ask::<Told>(\"", "ask::<Said>(\""]);
        // A command without arguments may also answer through `= answer(…)`; only the name counts.
        let in_kotlin = after(
            &self.kotlin.replace("@Command\n    fun ", "@Command fun "),
            &["@Command fun "],
        );
        let in_swift = after(&self.swift, &["@objc public func "]);
        let plugin = &self.plugin;
        let mut faults = Vec::new();
        if asked.is_empty() {
            faults.push(format!("mobile/{plugin}: Rust asks its halves for nothing"));
        }
        for (half, found) in [("Kotlin", in_kotlin), ("Swift", in_swift)] {
            for name in asked.symmetric_difference(&found) {
                faults.push(format!(
                    "mobile/{plugin}: {name} is not both asked for in Rust and answered in {half}"
                ));
            }
        }
        faults
    }

    /// The plugin is registered under the names of the halves.
    fn registered(&self) -> Vec<String> {
        let plugin = &self.plugin;
        let mut faults = Vec::new();
        let called = self.rust.split_once("register_android_plugin(\"");
        let called = called.and_then(|(_, rest)| rest.split_once(')'));
        let mut names = called
            .map(|(names, _)| names)
            .unwrap_or_default()
            .split('"');
        let (package, class) = (
            names.next().unwrap_or_default(),
            names.nth(1).unwrap_or_default(),
        );
        if !self.kotlin.contains(&format!("package {package}\n")) || package.is_empty() {
            faults.push(format!(
                "mobile/{plugin}: Kotlin is not in the package {package}"
            ));
        }
        if !self
            .kotlin
            .contains(&format!("@TauriPlugin\nclass {class}("))
        {
            faults.push(format!("mobile/{plugin}: Kotlin has no plugin {class}"));
        }
        let binding = self.rust.split_once("ios_plugin_binding!(");
        let binding = binding.map(|(_, rest)| word(rest)).unwrap_or_default();
        if !self.swift.contains(&format!("@_cdecl(\"{binding}\")")) {
            faults.push(format!("mobile/{plugin}: Swift does not export {binding}"));
        }
        faults
    }

    /// Every field that Rust sends is read under the same name in Kotlin and in Swift.
    fn arguments(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for field in sent(&self.rust) {
            let plugin = &self.plugin;
            if !self.kotlin.contains(&format!("(\"{field}\")")) {
                faults.push(format!("mobile/{plugin}: Kotlin does not read {field}"));
            }
            let read = [format!("let {field}:"), format!("let `{field}`:")];
            if !read.iter().any(|one| self.swift.contains(one)) {
                faults.push(format!("mobile/{plugin}: Swift does not read {field}"));
            }
        }
        faults
    }

    fn words(&self, words: &[&str]) -> Vec<String> {
        let halves = [("Kotlin", &self.kotlin), ("Swift", &self.swift)];
        let mut faults = Vec::new();
        for word in words {
            for (half, source) in halves {
                // In Rust a word may be the name of a variant, which serde writes in lower case.
                if !source.contains(&format!("\"{word}\"")) {
                    faults.push(format!(
                        "mobile/{}: {half} never says {word:?}",
                        self.plugin
                    ));
                }
            }
            let variant = format!("{}{}", word[..1].to_uppercase(), &word[1..]);
            let in_rust =
                self.rust.contains(&format!("\"{word}\"")) || self.rust.contains(&variant);
            if !in_rust {
                faults.push(format!(
                    "mobile/{}: Rust does not know {word:?}",
                    self.plugin
                ));
            }
        }
        faults
    }
}

/// The fields of the types that Rust serializes for a half, in the halves' spelling.
fn sent(rust: &str) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for after in rust.split("Serialize)]\n").skip(1) {
        let Some((head, body)) = after.split_once("{\n") else {
            continue;
        };
        if !head.contains("struct ") {
            continue;
        }
        let body = body.split("\n}").next().unwrap_or_default();
        for line in body.lines().map(str::trim) {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            if let Some((name, _)) = line.split_once(": ")
                && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            {
                fields.insert(name.to_owned());
            }
        }
    }
    fields
}

/// The background behind the bars is the page's, in the light and in the dark theme.
fn paper(kotlin: &str, day: &str, night: &str) -> Vec<String> {
    [("LIGHT_PAPER", day), ("DARK_PAPER", night)]
        .into_iter()
        .filter(|(name, colors)| {
            let colour = colors
                .split_once("name=\"paper\">#")
                .and_then(|(_, rest)| rest.get(..6))
                .unwrap_or("none");
            !kotlin.contains(&format!("{name} = 0xFF{colour}.toInt()"))
        })
        .map(|(name, _)| format!("{name} is not the app's paper"))
        .collect()
}

/// The folder of waiting files is the one that may be shared with other apps.
fn tray(rust: &str, paths: &str) -> Option<String> {
    let name = rust
        .split_once("const NAME: &str = \"")
        .map(|(_, rest)| word(rest));
    let shared = format!("path=\"{}/\"", name.unwrap_or("none"));
    (!paths.contains(&shared))
        .then(|| "Android shares another folder than the one that is written".into())
}

/// The words that follow any of these beginnings.
fn after(text: &str, beginnings: &[&str]) -> BTreeSet<String> {
    beginnings
        .iter()
        .flat_map(|beginning| text.split(beginning).skip(1).map(word))
        .map(str::to_owned)
        .collect()
}

/// The word at the beginning.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_halves_that_are_checked_in_agree() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }

    fn good() -> Halves {
        Halves {
            plugin: "x".into(),
            rust: "register_android_plugin(\"a.b\", \"XPlugin\") ios_plugin_binding!(init_x) \
                self.ask(\"make\", ()) self.ask::<Told>(\"look\", ()) \
                #[derive(Serialize)]\nstruct Given {\n    /// Why.\n    path: String,\n}\n Gone"
                .into(),
            kotlin: "package a.b\n@TauriPlugin\nclass XPlugin(a) @Command\n    fun make(i) \
                @Command\n    fun look(i) getString(\"path\") \"gone\""
                .into(),
            swift: "@_cdecl(\"init_x\") @objc public func make( @objc public func look( \
                let path: String \"gone\""
                .into(),
        }
    }

    fn found(halves: &Halves) -> usize {
        halves.commands().len()
            + halves.registered().len()
            + halves.arguments().len()
            + halves.words(&["gone"]).len()
    }

    #[test]
    fn a_half_that_calls_it_otherwise_is_named() {
        assert_eq!(found(&good()), 0);
        for (from, to, count) in [
            ("fun look", "fun see", 2),
            ("package a.b", "package a.c", 1),
            ("class XPlugin", "class YPlugin", 1),
            ("getString(\"path\")", "getString(\"file\")", 1),
            ("\"gone\"", "\"went\"", 1),
        ] {
            let mut halves = good();
            halves.kotlin = halves.kotlin.replace(from, to);
            assert_eq!(found(&halves), count, "Kotlin: {from}");
        }
        for (from, to, count) in [
            ("func look", "func see", 2),
            ("init_x", "init_y", 1),
            ("let path", "let file", 1),
            ("\"gone\"", "\"went\"", 1),
        ] {
            let mut halves = good();
            halves.swift = halves.swift.replace(from, to);
            assert_eq!(found(&halves), count, "Swift: {from}");
        }
    }

    #[test]
    fn a_paper_or_a_folder_of_another_name_is_named() {
        let kotlin = "const val LIGHT_PAPER = 0xFFF6F5F1.toInt() DARK_PAPER = 0xFF14191B.toInt()";
        let colour = |hex: &str| format!("<color name=\"paper\">#{hex}</color>");
        assert_eq!(
            paper(kotlin, &colour("F6F5F1"), &colour("14191B")),
            Vec::<String>::new()
        );
        assert_eq!(paper(kotlin, &colour("FFFFFF"), &colour("14191B")).len(), 1);
        let rust = "const NAME: &str = \"shared\";";
        assert_eq!(tray(rust, "path=\"shared/\""), None);
        assert!(tray(rust, "path=\"out/\"").is_some());
    }
}
