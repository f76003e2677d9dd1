//! A file is read in one sitting.

use super::files::Text;

/// Lines of a source file; about 200 is what we write.
const LONGEST: usize = 450;

/// A line per file that is longer.
pub fn breaches(files: &[Text]) -> Vec<String> {
    files
        .iter()
        .filter(|file| {
            file.is(&[
                ".rs", ".ts", ".mjs", ".js", ".svelte", ".c", ".css", ".sh", ".sql",
            ])
        })
        .map(|file| (&file.path, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| {
            format!("{path} has {lines} lines; more than {LONGEST} are two topics")
        })
        .collect()
}
