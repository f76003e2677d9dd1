//! Every code has its sentence in both languages, and no sentence is left over.

use crate::places;
use anyhow::{Context, Result};
use serde_json::Value;
use std::{collections::BTreeSet, fs};

/// What a server can refuse, and what goes wrong on the phone.
const CODES: [&str; 2] = ["crates/protocol/src/code.rs", "crates/app-core/src/code.rs"];

/// A line per code without a sentence and per sentence without a code.
pub fn breaches() -> Result<Vec<String>> {
    let mut codes = BTreeSet::new();
    for list in CODES {
        codes.extend(words(&fs::read_to_string(places::at(list))?));
    }
    let mut breaches = Vec::new();
    for language in ["es-MX", "en"] {
        let path = format!("ui/design/strings/codes.{language}.json");
        let sentences: Value = serde_json::from_str(&fs::read_to_string(places::at(&path))?)?;
        let sentences = sentences
            .as_object()
            .with_context(|| format!("{path} is not an object"))?;
        for code in &codes {
            let sentence = sentences
                .get(code)
                .and_then(Value::as_str)
                .unwrap_or_default();
            if sentence.trim().is_empty() {
                breaches.push(format!("{path} has no sentence for {code}"));
            }
        }
        let spare = sentences.keys().filter(|key| !codes.contains(*key));
        breaches
            .extend(spare.map(|key| format!("{path} has a sentence for {key}, which is no code")));
    }
    Ok(breaches)
}

/// The words of the list `codes! { … Name => "word", Remedy; … }`.
fn words(source: &str) -> BTreeSet<String> {
    source
        .lines()
        .filter_map(|line| line.split_once("=> \"")?.1.split_once("\", "))
        .map(|(word, _)| word.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn the_list_of_codes_is_read_as_it_is_written() {
        let source = "/// What.\n    NotFound => \"not_found\", Person;\n    fn x() {}\n";
        assert_eq!(words(source).into_iter().collect::<Vec<_>>(), ["not_found"]);
    }
}
