//! The list of materials of the server's program, as CycloneDX 1.5.

use super::{packages, resolved};
use crate::places;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

/// Writes `target/sbom/apoyo.cdx.json`: every crate that is compiled into `apoyo`, with version,
/// licence, source and the hash that `Cargo.lock` pins it by.
pub fn write() -> Result<()> {
    let list = of_program(&resolved()?, &pinned()?, "backend")?;
    let folder = places::target().join("sbom");
    fs::create_dir_all(&folder)?;
    let path = folder.join("apoyo.cdx.json");
    fs::write(&path, format!("{:#}\n", list))?;
    let count = list["components"].as_array().map_or(0, Vec::len);
    println!("xtask: {count} crates in {}", path.display());
    Ok(())
}

/// The hash of each third-party crate, by name and version.
fn pinned() -> Result<BTreeMap<(String, String), String>> {
    let lock = fs::read_to_string(places::at("Cargo.lock"))?;
    let mut pinned = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let of = |key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(key));
            line.map(|value| value.trim_matches(['=', ' ', '"']).to_owned())
        };
        if let (Some(name), Some(version), Some(hash)) = (of("name"), of("version"), of("checksum"))
        {
            pinned.insert((name, version), hash);
        }
    }
    Ok(pinned)
}

fn of_program(
    metadata: &Value,
    pinned: &BTreeMap<(String, String), String>,
    program: &str,
) -> Result<Value> {
    let packages = packages(metadata)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let root = packages.iter().find(|one| one["name"] == program);
    let root = root.context("the program is in the workspace")?;
    let inside = reached(metadata, &text(&root["id"]));
    let component = |one: &Value| {
        let (name, version) = (text(&one["name"]), text(&one["version"]));
        let mut component = json!({
            "type": "library",
            "bom-ref": one["id"],
            "name": name,
            "version": version,
            "licenses": [{"expression": one["license"]}],
        });
        if let Some(hash) = pinned.get(&(name.clone(), version.clone())) {
            component["purl"] = format!("pkg:cargo/{name}@{version}").into();
            component["hashes"] = json!([{"alg": "SHA-256", "content": hash}]);
        }
        component
    };
    let mut components: Vec<&Value> = packages
        .iter()
        .filter(|one| inside.contains(&text(&one["id"])) && one["id"] != root["id"])
        .collect();
    components.sort_by_key(|one| (text(&one["name"]), text(&one["version"])));
    let components: Vec<Value> = components.into_iter().map(component).collect();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {
            "type": "application",
            "bom-ref": root["id"],
            "name": "apoyo",
            "version": root["version"],
            "licenses": [{"expression": root["license"]}],
        }},
        "components": components,
    }))
}

/// The dependencies of a package, without those of its tests and its build.
fn reached(metadata: &Value, root: &str) -> BTreeSet<String> {
    let nodes = metadata["resolve"]["nodes"].as_array();
    let nodes: BTreeMap<&str, &Value> = nodes
        .into_iter()
        .flatten()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let mut reached = BTreeSet::from([root.to_owned()]);
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        let needs = nodes.get(id).and_then(|node| node["deps"].as_array());
        for need in needs.into_iter().flatten() {
            let kinds = need["dep_kinds"].as_array();
            let runs = kinds
                .into_iter()
                .flatten()
                .any(|kind| kind["kind"].is_null());
            if let Some(id) = need["pkg"].as_str().filter(|_| runs)
                && reached.insert(id.to_owned())
            {
                open.push(id);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_is_listed_with_its_hash_and_what_only_tests_is_not() {
        let package =
            |name: &str| json!({"id": name, "name": name, "version": "1.0.0", "license": "MIT"});
        let need = |name: &str, kind: Value| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        let metadata = json!({
            "packages": [package("backend"), package("a"), package("b"), package("c")],
            "resolve": {"nodes": [
                {"id": "backend", "deps": [need("b", Value::Null), need("c", json!("dev"))]},
                {"id": "b", "deps": [need("a", Value::Null)]},
            ]},
        });
        let key = ("a".to_owned(), "1.0.0".to_owned());
        let pinned = BTreeMap::from([(key, "abc".to_owned())]);
        let list = of_program(&metadata, &pinned, "backend").unwrap();
        let names = list["components"].as_array().unwrap().iter();
        let names: Vec<_> = names.map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(list["components"][0]["hashes"][0]["content"], "abc");
        assert_eq!(list["metadata"]["component"]["name"], "apoyo");
    }
}
