//! Rules of the iOS project: the Swift packages, the icon, the exclusion from backups.

use super::{documents::text, reach};
use crate::places;
use anyhow::{Context, Result};
use std::fs;

const ICON: &str = "src-tauri/ios/AppIcon.appiconset";

/// The first tools version with the constant of each platform version (`SupportedPlatforms.swift` of
/// the Swift package manager).
const PLATFORMS: &[(&str, (u32, u32))] = &[
    (".iOS(.v14)", (5, 3)),
    (".iOS(.v15)", (5, 5)),
    (".iOS(.v16)", (5, 7)),
    (".iOS(.v17)", (5, 9)),
    (".iOS(.v18)", (6, 0)),
];

/// A line per fault.
pub fn faults() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let config = "src-tauri/tauri.ios.conf.json";
    if !text(config)?.contains("\"minimumSystemVersion\": \"15.0\"") {
        faults.push(format!("{config} is not for iOS 15 and later"));
    }
    for plugin in reach::plugins()? {
        let path = format!("mobile/{plugin}/ios/Package.swift");
        faults.extend(package(&path, &text(&path)?));
    }
    faults.extend(icon(
        &text(&format!("{ICON}/Contents.json"))?,
        &fs::read(places::at(&format!("{ICON}/icon-1024.png")))?,
    )?);
    faults.extend(joined(&text("src-tauri/ios/join.sh")?));
    faults.extend(backups(&swift("device-key")?));
    Ok(faults)
}

fn swift(plugin: &str) -> Result<String> {
    let mut files = Vec::new();
    let folder = format!("mobile/{plugin}/ios/Sources");
    reach::collect(&places::at(&folder), "swift", &mut files)?;
    let texts = files.iter().map(fs::read_to_string);
    Ok(texts.collect::<std::io::Result<Vec<_>>>()?.concat())
}

/// A package is for iOS 15 and later, and its tools version has that constant.
fn package(path: &str, manifest: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !manifest.contains(".iOS(.v15)") && !manifest.contains(".iOS(\"15.0\")") {
        faults.push(format!("{path} is not for iOS 15 and later"));
    }
    let first = manifest.lines().next().unwrap_or_default();
    let version = first
        .strip_prefix("// swift-tools-version:")
        .and_then(|version| version.trim().split_once('.'))
        .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    let Some(version): Option<(u32, u32)> = version else {
        faults.push(format!("{path} names no tools version"));
        return faults;
    };
    for (platform, since) in PLATFORMS {
        if manifest.contains(platform) && version < *since {
            faults.push(format!(
                "{path} says {platform}, which tools version {}.{} does not know",
                version.0, version.1
            ));
        }
    }
    faults
}

/// The icon is the project's, of the size from which Xcode makes the others, without transparency.
fn icon(contents: &str, png: &[u8]) -> Result<Vec<String>> {
    let list: serde_json::Value = serde_json::from_str(contents).context("the icon's list")?;
    let mut faults = Vec::new();
    let image = &list["images"][0];
    if image["size"] != "1024x1024" || image["filename"] != "icon-1024.png" {
        faults.push("the list of the iOS icon does not name the picture of 1024".into());
    }
    // IHDR is always first: width, height, depth, colour (2 is RGB without alpha).
    let number = |at: usize| {
        png.get(at..at + 4)
            .map(|four| four.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
    };
    if number(16) != Some(1024) || number(20) != Some(1024) {
        faults.push("the iOS icon is not of 1024 by 1024".into());
    }
    if png.get(25) != Some(&2) {
        faults.push("the iOS icon has transparency, which App Store Connect refuses".into());
    }
    Ok(faults)
}

fn joined(script: &str) -> Vec<String> {
    let pieces = [
        "AppIcon.appiconset",
        "PrivacyInfo.xcprivacy",
        "${APOYO_SERVER:?",
    ];
    pieces
        .iter()
        .filter(|piece| !script.contains(**piece))
        .map(|piece| format!("join.sh does not join {piece} to the project"))
        .collect()
}

fn backups(swift: &str) -> Option<String> {
    let excluded = swift.contains("isExcludedFromBackup = true")
        && swift.contains(".applicationSupportDirectory")
        && swift.contains("OutOfBackups.keepAppFolder()");
    (!excluded).then(|| "what the app keeps goes to iCloud".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_that_is_checked_in_has_no_fault() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_tools_version_that_does_not_know_the_platform_is_named() {
        let good = text("mobile/hand-over/ios/Package.swift").unwrap();
        assert_eq!(package("x", &good), Vec::<String>::new());
        for (from, to) in [
            ("version:5.5", "version:5.3"),
            (".iOS(.v15)", ".iOS(.v14)"),
            ("// swift-tools-version:5.5", ""),
        ] {
            assert!(good.contains(from), "{from}");
            assert_eq!(package("x", &good.replace(from, to)).len(), 1, "{from}");
        }
        let newer = good.replace(".v15", ".v16");
        assert_eq!(package("x", &newer).len(), 2, "neither iOS 15 nor known");
    }

    #[test]
    fn an_icon_that_the_store_refuses_is_named() {
        let contents = text(&format!("{ICON}/Contents.json")).unwrap();
        let png = fs::read(places::at(&format!("{ICON}/icon-1024.png"))).unwrap();
        let changed = |place: usize, byte: u8| {
            let mut png = png.clone();
            png[place] = byte;
            png
        };
        assert_eq!(icon(&contents, &changed(25, 6)).unwrap().len(), 1, "alpha");
        assert_eq!(icon(&contents, &changed(18, 2)).unwrap().len(), 1, "size");
        let other = contents.replace("1024x1024", "60x60");
        assert_eq!(icon(&other, &png).unwrap().len(), 1);
        assert_eq!(icon(&contents, &[]).unwrap().len(), 2);
    }

    #[test]
    fn what_is_not_joined_or_goes_to_icloud_is_named() {
        assert_eq!(joined("xcodegen").len(), 3);
        let good = swift("device-key").unwrap();
        assert_eq!(backups(&good), None);
        let broken = good.replace("isExcludedFromBackup = true", "");
        assert!(backups(&broken).is_some());
    }
}
