//! Reading what is checked in for the phones: text, XML, property lists.

use crate::places;
use anyhow::{Context, Result};
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

/// The text as XML; Apple's lists name a document type.
pub fn xml<'a>(path: &str, text: &'a str) -> Result<Document<'a>> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    Document::parse_with_options(text, options).with_context(|| format!("{path} is not XML"))
}

/// A node's attribute of Android's own.
pub fn android<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.attribute((ANDROID, name)).unwrap_or_default()
}

/// A value of a property list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plist {
    /// `<true/>` or `<false/>`.
    Truth(bool),
    /// `<string>`, and every other simple value as its text.
    Text(String),
    /// `<array>`.
    List(Vec<Plist>),
    /// `<dict>`.
    Table(BTreeMap<String, Plist>),
}

impl Plist {
    /// The table at the top of a property list.
    pub fn parse(path: &str, text: &str) -> Result<BTreeMap<String, Plist>> {
        let document = xml(path, text)?;
        let top = document.root_element().first_element_child();
        match top.map(Plist::of) {
            Some(Plist::Table(table)) => Ok(table),
            _ => anyhow::bail!("{path} is not a property list with a table at its top"),
        }
    }

    fn of(node: Node) -> Plist {
        let children = || node.children().filter(Node::is_element);
        match node.tag_name().name() {
            "true" => Plist::Truth(true),
            "false" => Plist::Truth(false),
            "array" => Plist::List(children().map(Plist::of).collect()),
            "dict" => {
                let cells: Vec<Node> = children().collect();
                let pairs = cells.chunks_exact(2);
                Plist::Table(
                    pairs
                        .map(|pair| {
                            (
                                pair[0].text().unwrap_or_default().to_owned(),
                                Plist::of(pair[1]),
                            )
                        })
                        .collect(),
                )
            }
            _ => Plist::Text(node.text().unwrap_or_default().to_owned()),
        }
    }

    /// The words of a list of texts; none of anything else.
    pub fn words(&self) -> Vec<&str> {
        let Plist::List(list) = self else {
            return Vec::new();
        };
        list.iter()
            .filter_map(|one| match one {
                Plist::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }
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
        let table = Plist::parse("x", text).unwrap();
        assert_eq!(table["a"], Plist::Truth(true));
        assert_eq!(table["b"].words(), ["c"]);
    }

    #[test]
    fn sentences_are_read_by_their_key() {
        let table = strings("\"A\" = \"uno\";\n// no\n\"B\" = \"dos\";\n");
        assert_eq!(table.len(), 2);
        assert_eq!(table["B"], "dos");
    }
}
