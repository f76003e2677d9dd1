//! Rules of the iOS app's property lists.

use super::documents::{property_list, strings, text, words};
use anyhow::Result;
use plist::{Dictionary, Value};
use std::collections::BTreeMap;

const INFO: &str = "src-tauri/Info.ios.plist";
const ENTITLEMENTS: &str = "src-tauri/ios/apoyo.entitlements";
const PRIVACY: &str = "src-tauri/ios/Resources/PrivacyInfo.xcprivacy";
const LANGUAGES: [&str; 2] = ["es-MX", "en"];

/// The permissions that the app may ask for; each has a sentence in both languages.
const ASKED: &[&str] = &["NSCameraUsageDescription", "NSPhotoLibraryUsageDescription"];

/// Forbidden keys: another app could claim the scheme, iTunes could read the files.
const FORBIDDEN: &[&str] = &["CFBundleURLTypes", "UIBackgroundModes"];

/// The complete list of the app's entitlements.
const GRANTED: &[&str] = &[
    "com.apple.developer.associated-domains",
    "com.apple.developer.default-data-protection",
    "com.apple.developer.devicecheck.appattest-environment",
];

/// A line per fault.
pub fn faults() -> Result<Vec<String>> {
    let list = |path: &str| property_list(path, &text(path)?);
    let mut faults = info(&list(INFO)?);
    for language in LANGUAGES {
        let said = text(&format!(
            "src-tauri/ios/Resources/{language}.lproj/InfoPlist.strings"
        ))?;
        faults.extend(sentences(language, &strings(&said)));
    }
    faults.extend(entitlements(&list(ENTITLEMENTS)?));
    faults.extend(privacy(&list(PRIVACY)?));
    Ok(faults)
}

fn info(list: &Dictionary) -> Vec<String> {
    let mut faults = Vec::new();
    for key in ASKED {
        if !list.contains_key(key) {
            faults.push(format!("Info.ios.plist has no {key}"));
        }
    }
    for key in list.keys().filter(|key| key.ends_with("UsageDescription")) {
        if !ASKED.contains(&key.as_str()) {
            faults.push(format!(
                "Info.ios.plist asks for {key}, which is not on the list"
            ));
        }
    }
    for key in FORBIDDEN.iter().filter(|key| list.contains_key(key)) {
        faults.push(format!("Info.ios.plist has {key}"));
    }
    let locales = list.get("CFBundleLocalizations").map(words);
    if locales.unwrap_or_default() != LANGUAGES {
        faults.push("Info.ios.plist does not name both languages".into());
    }
    let transport = list.get("NSAppTransportSecurity");
    let transport = transport.and_then(Value::as_dictionary);
    if !transport.is_some_and(|only| {
        only.len() == 1 && only.get("NSAllowsArbitraryLoads") == Some(&Value::Boolean(false))
    }) {
        faults.push("Info.ios.plist allows loads in the clear".into());
    }
    for key in ["UIFileSharingEnabled", "LSSupportsOpeningDocumentsInPlace"] {
        if list.get(key) != Some(&Value::Boolean(false)) {
            faults.push(format!("Info.ios.plist does not switch {key} off"));
        }
    }
    faults
}

fn sentences(language: &str, said: &BTreeMap<String, String>) -> Vec<String> {
    ASKED
        .iter()
        .filter(|key| said.get(**key).is_none_or(|sentence| sentence.len() < 20))
        .map(|key| format!("{key} has no sentence in {language}"))
        .collect()
}

fn entitlements(list: &Dictionary) -> Vec<String> {
    let mut faults = Vec::new();
    for key in GRANTED.iter().filter(|key| !list.contains_key(key)) {
        faults.push(format!("the entitlements lack {key}"));
    }
    for key in list.keys().filter(|key| !GRANTED.contains(&key.as_str())) {
        faults.push(format!(
            "the entitlements ask for {key}, which is not on the list"
        ));
    }
    let domains = list.get(GRANTED[0]).map(words).unwrap_or_default();
    if domains.is_empty() || !domains.iter().all(|one| one.starts_with("applinks:")) {
        faults.push("the entitlements name no server whose links open the app".into());
    }
    if list.get(GRANTED[2]) != Some(&Value::String("production".into())) {
        faults.push("App Attest is not that of production".into());
    }
    faults
}

fn privacy(list: &Dictionary) -> Vec<String> {
    let mut faults = Vec::new();
    if list.get("NSPrivacyTracking") != Some(&Value::Boolean(false)) {
        faults.push("the privacy manifest does not say that there is no tracking".into());
    }
    for (key, kind, reason) in [
        (
            "NSPrivacyCollectedDataTypes",
            "NSPrivacyCollectedDataType",
            "NSPrivacyCollectedDataTypePurposes",
        ),
        (
            "NSPrivacyAccessedAPITypes",
            "NSPrivacyAccessedAPIType",
            "NSPrivacyAccessedAPITypeReasons",
        ),
    ] {
        let entries = match list.get(key) {
            Some(Value::Array(entries)) if !entries.is_empty() => entries.as_slice(),
            _ => {
                faults.push(format!("the privacy manifest has no {key}"));
                continue;
            }
        };
        for entry in entries {
            let Value::Dictionary(entry) = entry else {
                continue;
            };
            let reasons = entry.get(reason).map(words).unwrap_or_default();
            if reasons.is_empty() || !entry.contains_key(kind) {
                faults.push(format!("an entry of {key} has no {reason}"));
            }
            if entry.get("NSPrivacyCollectedDataTypeTracking") == Some(&Value::Boolean(true)) {
                faults.push("the privacy manifest says that there is tracking".into());
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_that_are_checked_in_have_no_fault() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }

    fn broken(path: &str, from: &str, to: &str, of: fn(&Dictionary) -> Vec<String>) -> Vec<String> {
        let good = text(path).unwrap();
        assert!(good.contains(from), "{path} does not say {from}");
        of(&property_list(path, &good.replacen(from, to, 1)).unwrap())
    }

    #[test]
    fn a_broken_rule_of_the_lists_is_named() {
        type Rule = fn(&Dictionary) -> Vec<String>;
        let cases: [(&str, &str, &str, Rule, &str); 9] = [
            (
                INFO,
                "NSCameraUsageDescription",
                "NSMicrophoneUsageDescription",
                info,
                "NSMicrophoneUsageDescription, which is not on",
            ),
            (
                INFO,
                "NSPhotoLibraryUsageDescription",
                "X",
                info,
                "no NSPhotoLibraryUsageDescription",
            ),
            (
                INFO,
                "<key>NSAllowsArbitraryLoads</key>\n\t\t<false/>",
                "<key>NSAllowsArbitraryLoads</key>\n\t\t<true/>",
                info,
                "in the clear",
            ),
            (INFO, "<string>en</string>", "", info, "both languages"),
            (
                INFO,
                "UIRequiresFullScreen",
                "CFBundleURLTypes",
                info,
                "has CFBundleURLTypes",
            ),
            (
                ENTITLEMENTS,
                ">production<",
                ">development<",
                entitlements,
                "production",
            ),
            (
                ENTITLEMENTS,
                "applinks:",
                "webcredentials:",
                entitlements,
                "no server",
            ),
            (
                ENTITLEMENTS,
                "com.apple.developer.default-data-protection",
                "get-task-allow",
                entitlements,
                "get-task-allow, which is not on",
            ),
            (
                PRIVACY,
                "<string>CA92.1</string>",
                "",
                privacy,
                "has no NSPrivacyAccessedAPITypeReasons",
            ),
        ];
        for (path, from, to, of, said) in cases {
            let faults = broken(path, from, to, of);
            assert!(
                faults.iter().any(|fault| fault.contains(said)),
                "{from}: {faults:?}"
            );
        }
        let followed = broken(
            PRIVACY,
            "<key>NSPrivacyTracking</key>\n\t<false/>",
            "<key>NSPrivacyTracking</key>\n\t<true/>",
            privacy,
        );
        assert!(!followed.is_empty());
        assert_eq!(sentences("en", &BTreeMap::new()).len(), ASKED.len());
    }
}
