//! Every dependency is named in docs/decisions/dependencies.md, with the reason.

use super::files::Text;
use serde_json::Value;
use std::collections::BTreeSet;

const PAGE: &str = "docs/decisions/dependencies.md";
/// The heading of the table of refused libraries.
const REFUSED: &str = "\n## Looked at and refused";

/// A line per dependency that the page does not name. `packages` are those of cargo's metadata;
/// npm's are in the tree.
pub fn breaches(files: &[Text], packages: &[Value]) -> Vec<String> {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else {
        return vec![format!("{PAGE} is missing")];
    };
    let used = page.text.split(REFUSED).next().unwrap_or_default();
    let named = |name: &str| used.contains(&format!("`{name}`"));
    of_cargo(packages)
        .chain(files.iter().flat_map(of_npm))
        .collect::<BTreeSet<String>>()
        .into_iter()
        .filter(|name| !named(name))
        .map(|name| format!("{PAGE} does not say why {name} is here"))
        .collect()
}

fn of_cargo(packages: &[Value]) -> impl Iterator<Item = String> + '_ {
    // The crate without code repeats the dependencies of others.
    let ours = packages.iter().filter(|one| one["name"] != "one-tree");
    ours.flat_map(|package| package["dependencies"].as_array().into_iter().flatten())
        .filter(|dependency| dependency["path"].is_null())
        .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
}

fn of_npm(file: &Text) -> Vec<String> {
    if !file.path.ends_with("package.json") {
        return Vec::new();
    }
    let package: Value = serde_json::from_str(&file.text).unwrap_or_default();
    ["dependencies", "devDependencies"]
        .iter()
        .filter_map(|kind| package[kind].as_object())
        .flatten()
        // `file:…` is a package of ours.
        .filter(|(_, version)| !version.as_str().unwrap_or_default().starts_with("file:"))
        .map(|(name, _)| name.clone())
        .filter(|name| !name.starts_with("@apoyo/"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::breaches;
    use crate::tidy::files::Text;
    use serde_json::json;

    #[test]
    fn a_dependency_without_its_line_is_named() {
        let page = |text: &str| Text {
            path: "docs/decisions/dependencies.md".into(),
            text: text.into(),
        };
        let npm = Text {
            path: "ui/package.json".into(),
            text: r#"{"dependencies": {"svelte": "5", "@apoyo/design": "*"}}"#.into(),
        };
        let packages = [json!({"name": "a", "dependencies": [
            {"name": "serde", "path": null},
            {"name": "b", "path": "crates/b"},
        ]})];
        let files = [
            page("| `svelte` | screens |\n## Looked at and refused\n`serde`"),
            npm,
        ];
        let found = breaches(&files, &packages);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].ends_with("why serde is here"));
    }
}
