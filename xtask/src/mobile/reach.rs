//! Who reaches the phone's own powers: no page, and both halves by the same names.

use super::documents::text;
use crate::places;
use anyhow::{Context, Result};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

/// Everything that a page may ask for, over all capabilities. A line more is one more thing
/// that a page which was taken over can do.
const PERMITTED: &[&str] = &[
    "allow-open-door",
    "allow-set-private-screen",
    "barcode-scanner:allow-cancel",
    "barcode-scanner:allow-check-permissions",
    "barcode-scanner:allow-open-app-settings",
    "barcode-scanner:allow-request-permissions",
    "barcode-scanner:allow-scan",
];

/// Our plugins: their folder, and the Kotlin and Swift files with the commands.
const PLUGINS: &[(&str, &str, &str)] = &[
    (
        "device-key",
        "devicekey/DeviceKeyPlugin.kt",
        "DeviceKeyPlugin.swift",
    ),
    (
        "private-screen",
        "privatescreen/PrivateScreenPlugin.kt",
        "PrivateScreenPlugin.swift",
    ),
];

/// A line per fault.
pub fn faults() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut permitted = BTreeSet::new();
    for entry in fs::read_dir(places::at("src-tauri/capabilities"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let capability = text(&format!("src-tauri/capabilities/{name}"))?;
        let (found, wrong) = capability_faults(&name, &capability)?;
        permitted.extend(found);
        faults.extend(wrong);
    }
    for missing in PERMITTED.iter().filter(|one| !permitted.contains(**one)) {
        faults.push(format!(
            "no capability permits {missing}: take it off the list in xtask"
        ));
    }
    faults.extend(window(&text("src-tauri/tauri.conf.json")?)?);
    for (plugin, kotlin, swift) in PLUGINS {
        let of = |path: String| text(&format!("mobile/{plugin}/{path}"));
        faults.extend(halves(
            plugin,
            &of("src/mobile.rs".into())?,
            &of(format!("android/src/main/java/mx/apoyo/{kotlin}"))?,
            &of(format!("ios/Sources/{swift}"))?,
        ));
        if places::at(&format!("mobile/{plugin}/permissions"))
            .join("default.toml")
            .exists()
            || !of("build.rs".into())?.contains("Builder::new(&[])")
        {
            faults.push(format!(
                "mobile/{plugin} has commands that a page could be permitted"
            ));
        }
    }
    Ok(faults)
}

/// What a capability permits, and a line per fault of it.
fn capability_faults(name: &str, capability: &str) -> Result<(BTreeSet<String>, Vec<String>)> {
    let capability: Value =
        serde_json::from_str(capability).with_context(|| format!("{name} is no JSON"))?;
    let mut faults = Vec::new();
    let mut permitted = BTreeSet::new();
    if capability.get("remote").is_some() {
        faults.push(format!("{name} lets pages of other servers in"));
    }
    if capability["windows"] != serde_json::json!(["main"]) {
        faults.push(format!("{name} is not for the one window alone"));
    }
    for permission in capability["permissions"].as_array().into_iter().flatten() {
        match permission.as_str() {
            Some(word) if PERMITTED.contains(&word) => {
                permitted.insert(word.to_owned());
            }
            _ => faults.push(format!(
                "{name} permits {permission}, which nobody agreed to"
            )),
        }
    }
    Ok((permitted, faults))
}

/// What the window's configuration must say.
fn window(config: &str) -> Result<Vec<String>> {
    let config: Value = serde_json::from_str(config).context("tauri.conf.json is no JSON")?;
    let security = &config["app"]["security"];
    let mut faults = Vec::new();
    if config["app"]["withGlobalTauri"] != Value::Bool(false) {
        faults.push("withGlobalTauri hands every script the way to the core".into());
    }
    if security["freezePrototype"] != Value::Bool(true) {
        faults.push("freezePrototype is off".into());
    }
    if security["csp"]["default-src"] != "'none'" || security["csp"]["script-src"] != "'self'" {
        faults.push("the content security policy is not closed".into());
    }
    if security
        .get("dangerousDisableAssetCspModification")
        .is_some()
    {
        faults.push("Tauri may not complete the content security policy".into());
    }
    Ok(faults)
}

/// What Rust asks for, what Kotlin has and what Swift has are the same commands, and the plugin is
/// registered under the names that the halves have.
fn halves(plugin: &str, rust: &str, kotlin: &str, swift: &str) -> Vec<String> {
    let asked = after(
        rust,
        &[
            "ask(\"",
            "ask::<Told>(\"",
            "ask::<Said>(\"",
            "run_mobile_plugin_async(\"",
        ],
    );
    let in_kotlin = after(
        &kotlin.replace("@Command\n    fun ", "@Command fun "),
        &["@Command fun "],
    );
    let in_swift = after(swift, &["@objc public func "]);
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
    let class = after(rust, &["register_android_plugin(\""]);
    let package = class.first().cloned().unwrap_or_default();
    if !kotlin.starts_with(&format!("package {package}\n")) {
        faults.push(format!(
            "mobile/{plugin}: Kotlin is not in the package {package}"
        ));
    }
    let binding = rust
        .split_once("ios_plugin_binding!(")
        .map(|(_, rest)| word(rest));
    if !swift.contains(&format!("@_cdecl(\"{}\")", binding.unwrap_or_default())) {
        faults.push(format!(
            "mobile/{plugin}: Swift does not export {binding:?}"
        ));
    }
    faults
}

/// The words that follow any of these beginnings.
fn after(text: &str, beginnings: &[&str]) -> BTreeSet<String> {
    beginnings
        .iter()
        .flat_map(|beginning| text.split(beginning).skip(1).map(word))
        .map(str::to_owned)
        .collect()
}

/// The word (with dots) at the beginning.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '.' && c != '_');
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// Where the sources of the Kotlin halves are.
pub fn kotlin_sources() -> Result<Vec<std::path::PathBuf>> {
    let mut sources = Vec::new();
    for folder in [
        "mobile/device-key/android/src/main",
        "mobile/private-screen/android/src/main",
        "src-tauri/gen/android/app/src/main",
    ] {
        collect(&places::at(folder), "kt", &mut sources)?;
    }
    sources.retain(|path| {
        !path
            .components()
            .any(|part| part.as_os_str() == "generated")
    });
    sources.sort();
    Ok(sources)
}

/// Where the sources of the Swift halves are.
pub fn swift_sources() -> Result<Vec<std::path::PathBuf>> {
    let mut sources = Vec::new();
    for plugin in ["device-key", "private-screen"] {
        collect(
            &places::at(&format!("mobile/{plugin}/ios")),
            "swift",
            &mut sources,
        )?;
    }
    sources.sort();
    Ok(sources)
}

/// Every file below `folder` that ends so.
pub fn collect(folder: &Path, ending: &str, into: &mut Vec<std::path::PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, ending, into)?;
        } else if path.extension().is_some_and(|found| found == ending) {
            into.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_reaches_the_plugins_and_the_halves_have_the_same_names() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_capability_that_opens_more_is_named() {
        let open = r#"{"windows": ["*"], "remote": {}, "permissions": ["allow-open-door", "device-key:allow-sign", "core:default"]}"#;
        let (permitted, faults) = capability_faults("x", open).unwrap();
        assert_eq!(permitted.len(), 1);
        assert_eq!(faults.len(), 4, "{faults:?}");
    }

    #[test]
    fn a_window_that_opens_more_is_named() {
        let config = text("src-tauri/tauri.conf.json").unwrap();
        for (from, to) in [
            ("\"withGlobalTauri\": false", "\"withGlobalTauri\": true"),
            ("\"freezePrototype\": true", "\"freezePrototype\": false"),
            ("\"script-src\": \"'self'\"", "\"script-src\": \"*\""),
        ] {
            assert!(config.contains(from), "{from}");
            assert_eq!(
                window(&config.replace(from, to)).unwrap().len(),
                1,
                "{from}"
            );
        }
    }

    #[test]
    fn a_half_that_calls_it_otherwise_is_named() {
        let rust = "register_android_plugin(\"a.b\", \"X\") ios_plugin_binding!(init_x) self.ask(\"make\", ()) self.ask::<Told>(\"look\", ())";
        let kotlin = "package a.b\n@Command\n    fun make(i) @Command\n    fun look(i)";
        let swift = "@_cdecl(\"init_x\") @objc public func make( @objc public func look(";
        assert_eq!(halves("x", rust, kotlin, swift), Vec::<String>::new());
        let renamed = swift.replace("look", "see");
        assert_eq!(halves("x", rust, kotlin, &renamed).len(), 2);
        assert_eq!(
            halves("x", rust, &kotlin.replace("a.b", "a.c"), swift).len(),
            1
        );
        assert_eq!(
            halves("x", rust, kotlin, &swift.replace("init_x", "init_y")).len(),
            1
        );
    }
}
