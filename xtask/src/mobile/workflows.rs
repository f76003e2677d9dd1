//! Rules of the workflows on public runners, which have an SDK, an emulator and a Mac. The workflows
//! have not run yet; the rules keep their steps from being lost.

use super::documents::text;
use anyhow::Result;

/// A workflow, a text that it must contain, and the reason.
const REQUIRED: &[(&str, &str, &str)] = &[
    (
        "android.yml",
        "CARGO_APOYO_TEST_CA",
        "the emulator's run shakes hands over TLS",
    ),
    (
        "android.yml",
        "APOYO_SERVER: https://localhost:8443",
        "the emulator's run shakes hands over TLS",
    ),
    (
        "android.yml",
        "package: emulator-r8",
        "what R8 takes out is run once without it",
    ),
    (
        "android.yml",
        "zipalign\" -c -P 16 4",
        "the package is aligned for pages of 16 KB",
    ),
    (
        "android.yml",
        "llvm-readelf",
        "the program is aligned for pages of 16 KB",
    ),
    (
        "android.yml",
        "its links are not those of",
        "the merged manifest names the server's host",
    ),
    ("android.yml", "api: 24", "the page for an old WebView"),
    (
        "android.yml",
        "api: 26, image: default, package: emulator, camera: emulated, webview: newer",
        "the main job on the oldest Android that is promised",
    ),
    (
        "android.yml",
        "api: 28",
        "the oldest image whose own WebView draws the app",
    ),
    (
        "android.yml",
        "api: 34",
        "the Android that most people have",
    ),
    (
        "android.yml",
        "-camera-back ${{ matrix.camera }}",
        "the emulator's own camera is opened",
    ),
    (
        "android.yml",
        "UnitTest",
        "Gradle runs the tests of the plain Kotlin too",
    ),
    (
        "ios.yml",
        "strings \"$program\" | grep -F \"$APOYO_SERVER\"",
        "the server's address comes through xcodebuild",
    ),
    ("ios.yml", "AppIcon.appiconset", "the icon is ours"),
    (
        "ios.yml",
        "com_apple_backup_excludeItem",
        "what the app keeps is out of iCloud",
    ),
];

/// A line per fault.
pub fn faults() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for rule in REQUIRED {
        faults.extend(required(rule, &text(&path(rule.0))?));
    }
    for name in ["android.yml", "ios.yml"] {
        faults.extend(together(name, &text(&path(name))?));
    }
    Ok(faults)
}

fn path(name: &str) -> String {
    format!(".github/workflows/{name}")
}

fn required((name, piece, why): &(&str, &str, &str), workflow: &str) -> Option<String> {
    (!workflow.contains(piece)).then(|| format!("{name} does not say {piece:?} ({why})"))
}

/// Whether one run builds bundles and split packages: then the bundle is split too, and no package is
/// for every phone.
fn together(name: &str, workflow: &str) -> Vec<String> {
    workflow
        .lines()
        .filter(|line| line.contains("--aab") && line.contains("--split-per-abi"))
        .map(|_| format!("{name} builds bundle and split packages in one run"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workflows_that_are_checked_in_have_no_fault() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn every_proof_that_is_lost_is_named() {
        for rule in REQUIRED {
            let broken = text(&path(rule.0)).unwrap().replace(rule.1, "");
            assert!(required(rule, &broken).is_some(), "{}", rule.1);
        }
    }

    #[test]
    fn a_bundle_that_is_split_is_named() {
        let line = "cargo xtask phone android build --apk --aab --split-per-abi";
        assert_eq!(together("x", line).len(), 1);
        assert_eq!(
            together("x", "--apk --split-per-abi\n--aab"),
            Vec::<String>::new()
        );
    }
}
