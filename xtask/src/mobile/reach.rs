//! Access to the phone's own powers: pages have none, and the window has only a fixed list.

use super::documents::text;
use crate::places;
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The permissions of pages over all capabilities. Each further line is one more power of a
/// compromised page.
const PERMITTED: &[&str] = &[
    "allow-hand-over",
    "allow-open-door",
    "allow-put-piece",
    "allow-set-bars",
    "allow-set-private-screen",
    "barcode-scanner:allow-cancel",
    "barcode-scanner:allow-check-permissions",
    "barcode-scanner:allow-open-app-settings",
    "barcode-scanner:allow-request-permissions",
    "barcode-scanner:allow-scan",
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
    for plugin in plugins()? {
        let permissions = places::at(&format!("mobile/{plugin}/permissions/default.toml"));
        let build = text(&format!("mobile/{plugin}/build.rs"))?;
        if permissions.exists() || !build.contains("Builder::new(&[])") {
            faults.push(format!(
                "mobile/{plugin} has commands that a page could be permitted"
            ));
        }
    }
    Ok(faults)
}

/// The permissions of a capability, and a line per fault.
fn capability_faults(name: &str, capability: &str) -> Result<(BTreeSet<String>, Vec<String>)> {
    let capability: Value =
        serde_json::from_str(capability).with_context(|| format!("{name} is not JSON"))?;
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
                "{name} permits {permission}, which is not on the list"
            )),
        }
    }
    Ok((permitted, faults))
}

/// Rules of the window's configuration.
fn window(config: &str) -> Result<Vec<String>> {
    let config: Value = serde_json::from_str(config).context("tauri.conf.json is not JSON")?;
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

/// Our plugins, by their folder.
pub fn plugins() -> Result<Vec<String>> {
    let mut plugins = Vec::new();
    for entry in fs::read_dir(places::at("mobile"))? {
        let entry = entry?;
        if entry.path().join("android").is_dir() {
            plugins.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    plugins.sort();
    Ok(plugins)
}

/// The folders of the Kotlin halves, and of the app's own project.
pub fn kotlin_sources() -> Result<Vec<PathBuf>> {
    kotlin("src/main")
}

/// The folders of their tests.
pub fn kotlin_tests() -> Result<Vec<PathBuf>> {
    kotlin("src/test")
}

fn kotlin(below: &str) -> Result<Vec<PathBuf>> {
    let mut folders = vec!["src-tauri/gen/android/app".to_owned()];
    folders.extend(plugins()?.iter().map(|one| format!("mobile/{one}/android")));
    let mut sources = Vec::new();
    for folder in folders {
        let folder = places::at(&folder).join(below);
        if folder.exists() {
            collect(&folder, "kt", &mut sources)?;
        }
    }
    sources.retain(|path| {
        !path
            .components()
            .any(|part| part.as_os_str() == "generated")
    });
    sources.sort();
    Ok(sources)
}

/// The folders of the Swift halves.
pub fn swift_sources() -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for plugin in plugins()? {
        let folder = places::at(&format!("mobile/{plugin}/ios"));
        collect(&folder, "swift", &mut sources)?;
    }
    sources.sort();
    Ok(sources)
}

/// Every file below `folder` with this ending.
pub fn collect(folder: &Path, ending: &str, into: &mut Vec<PathBuf>) -> Result<()> {
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
    fn no_page_reaches_the_plugins() {
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
}
