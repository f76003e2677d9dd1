//! Rules of the app's Android manifest.

use super::documents::{TOOLS, android, text, xml};
use anyhow::Result;
use roxmltree::Node;

const MANIFEST: &str = "src-tauri/gen/android/app/src/main/AndroidManifest.xml";

/// The permissions of the app. In the manifest each has its reason above it.
const PERMISSIONS: &[&str] = &[
    "android.permission.ACCESS_NETWORK_STATE",
    "android.permission.CAMERA",
    "android.permission.HIDE_OVERLAY_WINDOWS",
    "android.permission.INTERNET",
];

/// The attributes of the application element.
const APPLICATION: &[(&str, &str)] = &[
    ("allowBackup", "false"),
    ("dataExtractionRules", "@xml/data_extraction_rules"),
    ("fullBackupContent", "@xml/backup_rules"),
    ("networkSecurityConfig", "@xml/network_security_config"),
    ("usesCleartextTraffic", "false"),
    ("icon", "@mipmap/ic_launcher"),
    ("roundIcon", "@mipmap/ic_launcher_round"),
    ("localeConfig", "@xml/locales_config"),
];

/// Configuration changes that the activity handles itself. Any other change recreates the activity,
/// while Tauri's plugins keep the old one.
const CHANGES: &[&str] = &[
    "colorMode",
    "density",
    "fontScale",
    "fontWeightAdjustment",
    "grammaticalGender",
    "keyboard",
    "keyboardHidden",
    "layoutDirection",
    "locale",
    "mcc",
    "mnc",
    "navigation",
    "orientation",
    "screenLayout",
    "screenSize",
    "smallestScreenSize",
    "touchscreen",
    "uiMode",
];

/// Attributes that no element may have.
const FORBIDDEN: &[(&str, &str)] = &[
    ("debuggable", "true"),
    ("testOnly", "true"),
    ("requestLegacyExternalStorage", "true"),
    ("sharedUserId", ""),
];

/// A line per fault of the manifest as it is checked in.
pub fn faults() -> Result<Vec<String>> {
    faults_of(&text(MANIFEST)?)
}

fn faults_of(manifest: &str) -> Result<Vec<String>> {
    let document = xml(MANIFEST, manifest)?;
    let root = document.root_element();
    let mut faults = permissions(root);
    faults.extend(features(root));
    faults.extend(application(root));
    faults.extend(activities(root));
    faults.extend(links(root));
    faults.extend(reader(root));
    for (name, value) in FORBIDDEN {
        let said = |node: &Node| match *value {
            "" => !android(*node, name).is_empty(),
            value => android(*node, name) == value,
        };
        if root.descendants().any(|node| said(&node)) {
            faults.push(format!("the manifest says {name}"));
        }
    }
    Ok(faults)
}

fn named<'a, 'i>(root: Node<'a, 'i>, tag: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    root.descendants()
        .filter(move |node| node.has_tag_name(tag))
}

fn permissions(root: Node) -> Vec<String> {
    let asked: Vec<Node> = named(root, "uses-permission")
        .filter(|node| node.attribute((TOOLS, "node")) != Some("remove"))
        .collect();
    let mut faults = Vec::new();
    for permission in PERMISSIONS {
        if !asked
            .iter()
            .any(|node| android(*node, "name") == *permission)
        {
            faults.push(format!("the manifest does not ask for {permission}"));
        }
    }
    for node in asked {
        let name = android(node, "name");
        if !PERMISSIONS.contains(&name) {
            faults.push(format!(
                "the manifest asks for {name}, which is not on the list"
            ));
        }
        let reason = node
            .prev_siblings()
            .skip(1)
            .find(|before| !before.is_text());
        if !reason.is_some_and(|before| before.is_comment()) {
            faults.push(format!("{name} has no reason above it"));
        }
    }
    faults
}

fn features(root: Node) -> Vec<String> {
    let features: Vec<Node> = named(root, "uses-feature").collect();
    let mut faults = Vec::new();
    // The library that reads codes declares `.any` as required.
    for camera in ["android.hardware.camera", "android.hardware.camera.any"] {
        if !features.iter().any(|node| android(*node, "name") == camera) {
            faults.push(format!(
                "the manifest does not say that {camera} is not required"
            ));
        }
    }
    let required = features
        .iter()
        .filter(|node| android(**node, "required") != "false")
        .map(|node| format!("{} is required", android(*node, "name")));
    faults.extend(required);
    faults
}

fn application(root: Node) -> Vec<String> {
    let Some(application) = named(root, "application").next() else {
        return vec!["the manifest has no application".into()];
    };
    APPLICATION
        .iter()
        .filter(|(name, value)| android(application, name) != *value)
        .map(|(name, value)| format!("the application does not say {name}=\"{value}\""))
        .collect()
}

fn activities(root: Node) -> Vec<String> {
    let mut faults = Vec::new();
    for tag in [
        "activity",
        "activity-alias",
        "provider",
        "service",
        "receiver",
    ] {
        for node in named(root, tag) {
            let name = android(node, "name");
            let open = android(node, "exported") != "false";
            if open && name != ".MainActivity" {
                faults.push(format!("{name} is open to other apps"));
            }
        }
    }
    let activity = |name: &str| named(root, "activity").find(|node| android(*node, "name") == name);
    // The app's process ends with MainActivity, and so would a page in the same process.
    let old = activity(".OldWebViewActivity").map(|old| android(old, "process"));
    if !old.is_some_and(|process| process.starts_with(':')) {
        faults.push("the page for an old WebView has no process of its own".into());
    }
    let main = activity(".MainActivity");
    match main {
        None => faults.push("there is no MainActivity".into()),
        Some(main) => {
            if main.attribute((super::documents::ANDROID, "taskAffinity")) != Some("") {
                faults.push("another app can lay its windows over MainActivity's task".into());
            }
            if !android(main, "theme").ends_with(".Splash") {
                faults.push("MainActivity has no splash".into());
            }
            let heard: Vec<&str> = android(main, "configChanges").split('|').collect();
            for change in CHANGES.iter().filter(|change| !heard.contains(change)) {
                faults.push(format!("MainActivity is made again when {change} changes"));
            }
        }
    }
    faults
}

/// Links into the app: verified, and only over https.
fn links(root: Node) -> Vec<String> {
    let views: Vec<Node> = named(root, "intent-filter")
        .filter(|filter| {
            named(*filter, "action").any(|one| android(one, "name") == "android.intent.action.VIEW")
        })
        .collect();
    let mut faults = Vec::new();
    if views.is_empty() {
        faults.push("no link opens the app".into());
    }
    for filter in views {
        if android(filter, "autoVerify") != "true" {
            faults.push("links into the app are not verified".into());
        }
        for data in named(filter, "data") {
            if android(data, "scheme") != "https" {
                faults.push("a link with a scheme that any app may claim opens the app".into());
            }
            if android(data, "host").is_empty() || android(data, "pathPrefix").is_empty() {
                faults.push("links of every server or every path open the app".into());
            }
        }
    }
    faults
}

/// The code reader's model is installed with the app: without it the reader never answers.
fn reader(root: Node) -> Option<String> {
    let fetched = named(root, "meta-data").any(|node| {
        android(node, "name") == "com.google.mlkit.vision.DEPENDENCIES"
            && android(node, "value") == "barcode"
    });
    (!fetched).then(|| "the code reader's model is not fetched with the app".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_that_is_checked_in_has_no_fault() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }

    /// The real manifest with one broken rule at a time.
    #[test]
    fn a_broken_rule_of_the_manifest_is_named() {
        let good = text(MANIFEST).unwrap();
        for (from, to, said) in [
            (
                "allowBackup=\"false\"",
                "allowBackup=\"true\"",
                "allowBackup",
            ),
            (
                "usesCleartextTraffic=\"false\"",
                "usesCleartextTraffic=\"true\"",
                "usesCleartextTraffic",
            ),
            (
                "android:dataExtractionRules=\"@xml/data_extraction_rules\"",
                "",
                "dataExtractionRules",
            ),
            ("android:autoVerify=\"true\"", "", "not verified"),
            (
                "android:scheme=\"https\"",
                "android:scheme=\"apoyo\"",
                "scheme",
            ),
            ("android:host=\"${linkHost}\"", "", "every server"),
            ("android:taskAffinity=\"\"", "", "task"),
            ("Theme.Apoyo.Splash", "Theme.Apoyo", "splash"),
            (
                "\"android.permission.RECORD_AUDIO\" tools:node=\"remove\"",
                "\"android.permission.RECORD_AUDIO\"",
                "RECORD_AUDIO, which is not on the list",
            ),
            (
                "android.permission.CAMERA",
                "android.permission.FLASHLIGHT",
                "does not ask for android.permission.CAMERA",
            ),
            (
                "\"android.hardware.camera\" android:required=\"false\"",
                "\"android.hardware.camera\" android:required=\"true\"",
                "android.hardware.camera is required",
            ),
            (
                "android:exported=\"false\"",
                "android:exported=\"true\"",
                "open to other apps",
            ),
            (
                "android:hasFragileUserData",
                "android:debuggable=\"true\" android:hasFragileUserData",
                "debuggable",
            ),
            ("android:process=\":old\"", "", "no process of its own"),
            ("|grammaticalGender", "", "when grammaticalGender changes"),
            (
                "com.google.mlkit.vision.DEPENDENCIES",
                "x",
                "code reader's model",
            ),
            (
                "    <!-- Activation, campaigns, sending what waits in the queue. -->\n",
                "",
                "INTERNET has no reason",
            ),
        ] {
            assert!(good.contains(from), "the manifest does not say {from}");
            let broken = faults_of(&good.replace(from, to)).unwrap();
            assert!(
                broken.iter().any(|fault| fault.contains(said)),
                "{from}: {broken:?}"
            );
        }
    }
}
