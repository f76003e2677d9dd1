//! The texts of the project must not mention the machine that they were written on.

use super::files::Text;

/// Texts that only a particular machine or private notes explain. Each is split in two halves, so
/// that this file passes its own rule.
const TRACES: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/tmp/", "team"),
    concat!("shar", "ed/platform"),
    concat!("..", "/shared"),
    concat!("registry.", "npmjs"),
    concat!("\"reso", "lved\": \"http"),
];

/// A line per trace.
pub fn breaches(files: &[Text]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(trace) = TRACES.iter().find(|trace| line.contains(**trace)) {
                breaches.push(format!("{}:{} says {trace:?}", file.path, number + 1));
            }
        }
    }
    breaches
}
