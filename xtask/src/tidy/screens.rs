//! The screens reach the machine through one file, so that they run in any browser.

use super::files::Text;

/// The only file that may import Tauri's packages.
const BRIDGE: &str = "ui/citizen/src/native/tauri.ts";

/// A line per other file that imports them.
pub fn breaches(files: &[Text]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.path.starts_with("ui/") && file.path.contains("/src/"))
        .filter(|file| file.path != BRIDGE && file.text.contains("@tauri-apps"))
        .map(|file| format!("{} imports @tauri-apps; only {BRIDGE} may", file.path))
        .collect()
}
