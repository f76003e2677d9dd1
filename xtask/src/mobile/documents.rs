//! Reads the phones' files: text, XML, property lists.

use crate::places;
use anyhow::{Context, Result};
use plist::{Dictionary, Value};
use roxmltree::{Document, Node};
use std::{collections::BTreeMap, fs};

/// Android's own attributes.
pub const ANDROID: &str = "http://schemas.android.com/apk/res/android";
/// Attributes for the tool that merges manifests.
pub const TOOLS: &str = "http://schemas.android.com/tools";

/// The text of a file below the root.
pub fn text(path: &str) -> Result<String> {
    fs::read_to_string(places::at(path)).with_context(|| format!("{path} cannot be read"))
}

/// The text as XML.
pub fn xml<'a>(path: &str, text: &'a str) -> Result<Document<'a>> {
    Document::parse(text).with_context(|| format!("{path} is not XML"))
}

/// A node's attribute of Android's own.
pub fn android<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.attribute((ANDROID, name)).unwrap_or_default()
}

/// The table at the top of a property list.
pub fn property_list(path: &str, text: &str) -> Result<Dictionary> {
    let list = Value::from_reader_xml(text.as_bytes());
    let list = list.with_context(|| format!("{path} is not a property list"))?;
    let top = list.into_dictionary();
    top.with_context(|| format!("{path} has no table at its top"))
}

/// The words of a list of texts; none of anything else.
pub fn words(value: &Value) -> Vec<&str> {
    let list = value.as_array().into_iter().flatten();
    list.filter_map(Value::as_string).collect()
}

/// The keys and sentences of a `.strings` file: `"key" = "sentence";`, one a line.
pub fn strings(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| {
            let (key, sentence) = line.trim().strip_suffix("\";")?.split_once("\" = \"")?;
            Some((key.strip_prefix('"')?.to_owned(), sentence.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_list_is_read_as_it_nests() {
        let text = "<?xml version=\"1.0\"?><!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"x\">\
            <plist><dict><key>a</key><true/><!-- why --><key>b</key><array><string>c</string></array></dict></plist>";
        let table = property_list("x", text).unwrap();
        assert_eq!(table["a"], Value::Boolean(true));
        assert_eq!(words(&table["b"]), ["c"]);
        assert!(property_list("x", "<plist><array/></plist>").is_err());
    }

    #[test]
    fn sentences_are_read_by_their_key() {
        let table = strings("\"A\" = \"uno\";\n// no\n\"B\" = \"dos\";\n");
        assert_eq!(table.len(), 2);
        assert_eq!(table["B"], "dos");
    }
}
