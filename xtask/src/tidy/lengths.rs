//! A file is read in one sitting.

use super::files::Text;

/// The most lines of a source file; about 200 are usual.
const LONGEST: usize = 450;
/// The most lines of a file of test stories or of styles, which is read in pieces.
const LONGEST_LIST: usize = 600;

/// A line per file that is longer.
pub fn breaches(files: &[Text]) -> Vec<String> {
    files
        .iter()
        .filter(|file| {
            file.is(&[
                ".rs", ".ts", ".mjs", ".js", ".svelte", ".c", ".css", ".sh", ".sql",
            ])
        })
        .map(|file| (&file.path, file.text.lines().count(), longest(file)))
        .filter(|(_, lines, longest)| lines > longest)
        .map(|(path, lines, longest)| {
            format!("{path} has {lines} lines; more than {longest} are two topics")
        })
        .collect()
}

fn longest(file: &Text) -> usize {
    let told = file.path.starts_with("tests/") || file.path.contains("/tests/");
    if told || file.is(&[".css"]) {
        LONGEST_LIST
    } else {
        LONGEST
    }
}
