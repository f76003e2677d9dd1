//! Rules of the Android project's other files: backup, network, shared files, icon, languages, build.

use super::{
    documents::{android, text, xml},
    reach, variables, versions,
};
use crate::places;
use anyhow::Result;
use std::collections::BTreeSet;

const PROJECT: &str = "src-tauri/gen/android";

/// The domains that are excluded from every backup.
const DOMAINS: &[&str] = &["root", "file", "database", "sharedpref", "external"];

/// Texts that a file must contain, with the reason.
const REQUIRED: &[(&str, &str, &str)] = &[
    (
        "app/build.gradle.kts",
        "minSdk = 24",
        "Android 7 is the oldest that is tried",
    ),
    (
        "app/build.gradle.kts",
        "optimization {\n                enable = true",
        "R8 takes out what is not used",
    ),
    (
        "app/build.gradle.kts",
        "versionCode.set(",
        "each ABI's package has its own version code",
    ),
    (
        "app/build.gradle.kts",
        "keystore.properties",
        "the key that signs is not checked in",
    ),
    (
        "app/build.gradle.kts",
        "useLegacyPackaging = true",
        "the program is compressed for the download",
    ),
    (
        "app/build.gradle.kts",
        "abortOnError = true",
        "lint stops a release",
    ),
    (
        "build.gradle.kts",
        "jackson-databind:2.13",
        "Android 7 ends at the start with Jackson 2.15",
    ),
    (
        "build.gradle.kts",
        "jackson-datatype-json-org:2.13",
        "Android 7 ends at the start with Jackson 2.15",
    ),
    (
        "app/src/main/java/mx/apoyo/ciudadano/MainActivity.kt",
        "installSplashScreen()",
        "the splash is shown",
    ),
    (
        "app/src/main/java/mx/apoyo/ciudadano/MainActivity.kt",
        "OldWebViewActivity.isTooOld(version)",
        "an old WebView has its page",
    ),
    (
        "app/src/main/java/mx/apoyo/ciudadano/MainActivity.kt",
        "keepClearOfBars(content())",
        "neither bars nor keyboard lie over the page",
    ),
    (
        "app/src/main/java/mx/apoyo/ciudadano/MainActivity.kt",
        "!isObscured(ev.flags)",
        "a guarded screen takes no touch through another app's window",
    ),
    (
        "app/src/main/java/mx/apoyo/ciudadano/MainActivity.kt",
        "forgetCaptures()",
        "the camera's files go at every start",
    ),
    (
        "app/src/main/java/mx/apoyo/ciudadano/OldWebViewActivity.kt",
        "keepClearOfBars(",
        "the bars do not lie over the page",
    ),
    (
        "app/src/main/java/mx/apoyo/ciudadano/OldWebViewActivity.kt",
        "getCurrentWebViewPackage(",
        "the button updates what this phone draws with",
    ),
    (
        "app/src/main/java/mx/apoyo/ciudadano/Insets.kt",
        "setOnApplyWindowInsetsListener(",
        "a WebView before 139 makes no room for bars and keyboard",
    ),
    (
        "app/src/main/java/mx/apoyo/ciudadano/Insets.kt",
        "Type.systemBars() or Type.displayCutout() or Type.ime()",
        "a WebView before 139 makes no room for bars and keyboard",
    ),
    (
        "app/src/main/java/mx/apoyo/ciudadano/Insets.kt",
        "WindowInsetsCompat.CONSUMED",
        "a newer WebView makes no room a second time",
    ),
    (
        "app/build.gradle.kts",
        "linkHost.orElse(noHost)",
        "a release claims the links of its own server alone",
    ),
    (
        "app/build.gradle.kts",
        "versionCode.get() * 10 + place",
        "a bundle's code is above that of the packages before",
    ),
    (
        ".gitignore",
        "keystore.properties",
        "the key that signs is not checked in",
    ),
    (
        "app/src/main/res/mipmap-anydpi-v26/ic_launcher.xml",
        "<monochrome",
        "the icon follows the phone's theme",
    ),
    (
        "app/src/main/res/mipmap-anydpi-v26/ic_launcher.xml",
        "<foreground",
        "the icon is adaptive",
    ),
    (
        "app/src/main/res/values/themes.xml",
        "parent=\"Theme.SplashScreen\"",
        "the splash is shown",
    ),
];

/// A line per fault.
pub fn faults() -> Result<Vec<String>> {
    let read = |name: &str| text(&format!("{PROJECT}/{name}"));
    let resource = |name: &str| read(&format!("app/src/main/res/{name}"));
    let mut faults = Vec::new();
    for rule in REQUIRED {
        faults.extend(required(rule, &read(rule.0)?));
    }
    for file in versions::files()? {
        faults.extend(variables::property_faults(&file, &text(&file)?));
    }
    let gradle = "app/build.gradle.kts";
    faults.extend(variables::property_faults(gradle, &read(gradle)?));
    faults.extend(backup(
        &resource("xml/backup_rules.xml")?,
        &["full-backup-content"],
    )?);
    faults.extend(backup(
        &resource("xml/data_extraction_rules.xml")?,
        &["cloud-backup", "device-transfer"],
    )?);
    faults.extend(network(&resource("xml/network_security_config.xml")?)?);
    faults.extend(shared(&resource("xml/file_paths.xml")?)?);
    faults.extend(languages(
        &resource("values/strings.xml")?,
        &resource("values-en/strings.xml")?,
    )?);
    for plugin in reach::plugins()? {
        let path = format!("mobile/{plugin}/android/src/main/AndroidManifest.xml");
        faults.extend(quiet(&path, &text(&path)?)?);
    }
    for size in ["mdpi", "hdpi", "xhdpi", "xxhdpi", "xxxhdpi"] {
        let icon = format!("{PROJECT}/app/src/main/res/mipmap-{size}/ic_launcher.png");
        if !places::at(&icon).exists() {
            faults.push(format!("{icon} is missing: Android 7 has no adaptive icon"));
        }
    }
    Ok(faults)
}

fn required((file, piece, why): &(&str, &str, &str), found: &str) -> Option<String> {
    let missing = format!("{file} does not say {piece:?} ({why})");
    (!found.contains(piece)).then_some(missing)
}

fn backup(rules: &str, sections: &[&str]) -> Result<Vec<String>> {
    let document = xml("backup rules", rules)?;
    let mut faults = Vec::new();
    for section in sections {
        let found = document
            .descendants()
            .find(|node| node.has_tag_name(*section));
        let excluded: BTreeSet<&str> = found
            .iter()
            .flat_map(|node| node.children().filter(|one| one.has_tag_name("exclude")))
            .filter(|one| one.attribute("path") == Some("."))
            .filter_map(|one| one.attribute("domain"))
            .collect();
        for domain in DOMAINS.iter().filter(|domain| !excluded.contains(**domain)) {
            faults.push(format!("{section} takes {domain} into a backup"));
        }
    }
    if document
        .descendants()
        .any(|node| node.has_tag_name("include"))
    {
        faults.push("a backup includes something".into());
    }
    Ok(faults)
}

fn network(config: &str) -> Result<Vec<String>> {
    let document = xml("network_security_config.xml", config)?;
    let mut faults = Vec::new();
    let base = document
        .descendants()
        .find(|node| node.has_tag_name("base-config"));
    if base.and_then(|node| node.attribute("cleartextTrafficPermitted")) != Some("false") {
        faults.push("the network may be used in the clear".into());
    }
    for node in document.descendants() {
        if node.has_tag_name("domain-config") || node.has_tag_name("debug-overrides") {
            faults.push("the network's rules have an exception".into());
        }
        if node.has_tag_name("certificates") && node.attribute("src") != Some("system") {
            faults.push("certificates that were added to the phone are believed".into());
        }
    }
    Ok(faults)
}

/// Folders that may be shared with other apps: a tag and a path.
const SHARED: &[(&str, &str)] = &[
    ("external-files-path", "Pictures/"),
    ("cache-path", "shared/"),
];

fn shared(paths: &str) -> Result<Vec<String>> {
    let document = xml("file_paths.xml", paths)?;
    let shared: BTreeSet<(&str, &str)> = document
        .root_element()
        .children()
        .filter(|node| node.is_element())
        .map(|node| {
            (
                node.tag_name().name(),
                node.attribute("path").unwrap_or_default(),
            )
        })
        .collect();
    let wanted: BTreeSet<(&str, &str)> = SHARED.iter().copied().collect();
    let line = |what: &str, (tag, path): &(&str, &str)| format!("{what} {path:?} of {tag}");
    let more = shared
        .difference(&wanted)
        .map(|one| line("other apps may be given", one));
    let less = wanted
        .difference(&shared)
        .map(|one| line("no app may be given", one));
    Ok(more.chain(less).collect())
}

fn languages(spanish: &str, english: &str) -> Result<Vec<String>> {
    let keys = |text: &str| -> Result<BTreeSet<String>> {
        let document = xml("strings.xml", text)?;
        let named = document
            .descendants()
            .filter(|node| node.has_tag_name("string"));
        Ok(named
            .filter(|node| node.text().is_some_and(|text| !text.trim().is_empty()))
            .filter_map(|node| node.attribute("name").map(str::to_owned))
            .collect())
    };
    let (spanish, english) = (keys(spanish)?, keys(english)?);
    Ok(spanish
        .symmetric_difference(&english)
        .map(|key| format!("{key} is said in one language only"))
        .collect())
}

/// A plugin's own manifest has no permissions and no exported components.
fn quiet(path: &str, manifest: &str) -> Result<Vec<String>> {
    let document = xml(path, manifest)?;
    let mut faults = Vec::new();
    for node in document.descendants() {
        let name = android(node, "name");
        match node.tag_name().name() {
            "uses-permission" => faults.push(format!("{path} asks for {name}")),
            "activity" | "provider" | "receiver" | "service"
                if android(node, "exported") != "false" =>
            {
                faults.push(format!("{path} opens {name} to other apps"));
            }
            _ => {}
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_that_is_checked_in_has_no_fault() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_backup_that_takes_something_is_named() {
        let rules =
            "<full-backup-content><exclude domain=\"file\" path=\".\"/></full-backup-content>";
        let faults = backup(rules, &["full-backup-content"]).unwrap();
        assert_eq!(faults.len(), 4, "{faults:?}");
        let rules =
            "<full-backup-content><include domain=\"file\" path=\".\"/></full-backup-content>";
        assert_eq!(backup(rules, &[]).unwrap(), ["a backup includes something"]);
    }

    #[test]
    fn a_network_in_the_clear_is_named() {
        let open = "<network-security-config><base-config cleartextTrafficPermitted=\"true\">\
            <trust-anchors><certificates src=\"user\"/></trust-anchors></base-config></network-security-config>";
        assert_eq!(network(open).unwrap().len(), 2);
    }

    #[test]
    fn a_folder_that_is_shared_besides_is_named() {
        let good = text("src-tauri/gen/android/app/src/main/res/xml/file_paths.xml").unwrap();
        assert_eq!(shared(&good).unwrap(), Vec::<String>::new());
        let whole = good.replace("path=\"Pictures/\"", "path=\".\"");
        assert_eq!(shared(&whole).unwrap().len(), 2, "one more, one less");
        let outside = good.replace("<cache-path", "<external-path");
        assert_eq!(shared(&outside).unwrap().len(), 2);
    }

    #[test]
    fn every_piece_that_is_missing_is_named() {
        for rule in REQUIRED {
            let found = text(&format!("{PROJECT}/{}", rule.0)).unwrap();
            assert_eq!(required(rule, &found), None);
            let broken = found.replace(rule.1, "");
            assert!(required(rule, &broken).is_some(), "{}", rule.1);
        }
    }

    #[test]
    fn a_sentence_in_one_language_is_named() {
        let spanish = "<resources><string name=\"a\">x</string></resources>";
        let english = "<resources><string name=\"a\"> </string></resources>";
        assert_eq!(
            languages(spanish, english).unwrap(),
            ["a is said in one language only"]
        );
    }

    #[test]
    fn a_plugin_that_asks_is_named() {
        let asking = "<manifest xmlns:android=\"http://schemas.android.com/apk/res/android\">\
            <uses-permission android:name=\"x\"/></manifest>";
        assert_eq!(quiet("p", asking).unwrap(), ["p asks for x"]);
        let path = "mobile/hand-over/android/src/main/AndroidManifest.xml";
        let open = text(path)
            .unwrap()
            .replace("exported=\"false\"", "exported=\"true\"");
        assert_eq!(quiet("p", &open).unwrap().len(), 1);
    }
}
