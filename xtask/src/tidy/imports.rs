//! The allowed imports between crates, and the libraries that a crate must not use.

use crate::run;
use anyhow::{Context, Result};
use serde_json::Value;

/// A crate, the crates that it may import, and prefixes of the libraries that it must not use. Tests
/// (`dev-dependencies`) may also import the synthetic cards.
struct Room {
    name: &'static str,
    may: &'static [&'static str],
    never: &'static [&'static str],
}

/// Every crate except xtask depends on it; it has no code.
const ONE_TREE: &str = "one-tree";

const ROOMS: &[Room] = &[
    // The card's values: no pixels, no I/O, no clock.
    Room {
        name: "credential",
        may: &[],
        never: &[
            "image", "rustface", "rxing", "tokio", "reqwest", "rusqlite", "axum", "tauri",
        ],
    },
    // The card's pictures. Only the app, the child that reads a code back, and tests import this, so
    // that storage, the protocol and a verifier of receipts do not compile a face detector.
    Room {
        name: "vision",
        may: &["credential"],
        never: &["tokio", "reqwest", "rusqlite", "axum", "tauri"],
    },
    Room {
        name: "protocol",
        may: &["credential"],
        never: &["tokio", "reqwest", "rusqlite", "axum", "tauri"],
    },
    // Attestations. Not for app-core, because a phone never judges itself.
    Room {
        name: "attestation",
        may: &[],
        never: &["tokio", "reqwest", "rusqlite", "axum", "tauri", "chrono"],
    },
    // The app's core runs without a screen, so it cannot name one.
    Room {
        name: "app-core",
        may: &["credential", "protocol", "vision"],
        never: &["axum", "tauri", "wry"],
    },
    // The only crate with SQL; it has no HTTP.
    Room {
        name: "storage",
        may: &["credential", "protocol"],
        never: &["axum", "hyper", "tauri", "maud"],
    },
    // The server without its doors (HTTP, verbs, jobs), which are above it.
    Room {
        name: "server-core",
        may: &["attestation", "credential", "protocol", "storage"],
        never: &[
            "axum",
            "hyper",
            "clap",
            "maud",
            "lettre",
            "reqwest",
            "openidconnect",
            "oauth2",
            "rusqlite",
            "tokio-postgres",
            "sqlx",
            "tauri",
        ],
    },
    Room {
        name: "backend",
        may: &[
            "attestation",
            "credential",
            "protocol",
            "server-core",
            "storage",
            "vision",
        ],
        never: &["rusqlite", "tokio-postgres", "sqlx", "tauri"],
    },
    // One power of the phone each, independent of the project.
    Room {
        name: "tauri-plugin-device-key",
        may: &[],
        never: &["tokio", "reqwest", "rusqlite", "axum"],
    },
    Room {
        name: "tauri-plugin-hand-over",
        may: &[],
        never: &["tokio", "reqwest", "rusqlite", "axum", "keyring", "aws-lc"],
    },
    Room {
        name: "tauri-plugin-private-screen",
        may: &[],
        never: &["tokio", "reqwest", "rusqlite", "axum", "keyring", "aws-lc"],
    },
    Room {
        name: "apoyo-app",
        may: &[
            "app-core",
            "protocol",
            "tauri-plugin-device-key",
            "tauri-plugin-hand-over",
            "tauri-plugin-private-screen",
        ],
        never: &["axum", "rusqlite", "reqwest"],
    },
    Room {
        name: "cards",
        may: &["credential", "protocol", "vision"],
        never: &["axum", "rusqlite", "tauri"],
    },
    // Trains the reader of the MRZ, with drawn glyphs.
    Room {
        name: "glyphs",
        may: &["cards", "vision"],
        never: &["axum", "rusqlite", "tauri"],
    },
    Room {
        name: "hostile",
        may: &[
            "attestation",
            "credential",
            "protocol",
            "server-core",
            "vision",
        ],
        never: &["tokio", "axum", "rusqlite", "tauri"],
    },
    Room {
        name: "host",
        may: &["app-core", "credential", "protocol"],
        never: &["rusqlite", "tauri"],
    },
    // A disk for tests, independent of the project.
    Room {
        name: "volatile-disk",
        may: &[],
        never: &["tokio", "axum", "rusqlite", "tauri"],
    },
    Room {
        name: "e2e",
        may: &[
            "app-core",
            "backend",
            "cards",
            "credential",
            "protocol",
            "storage",
            "volatile-disk",
            "vision",
        ],
        never: &["tauri"],
    },
    // The core without its doors, on a disk of the tests.
    Room {
        name: "simulation",
        may: &[
            "attestation",
            "cards",
            "credential",
            "protocol",
            "server-core",
            "storage",
            "volatile-disk",
        ],
        never: &["axum", "hyper", "tauri"],
    },
    Room {
        name: "bench",
        may: &[
            "app-core",
            "backend",
            "cards",
            "credential",
            "protocol",
            "storage",
            "vision",
        ],
        never: &["tauri"],
    },
    // No code: features for all (see `xtask/src/one_tree.rs`).
    Room {
        name: ONE_TREE,
        may: &[],
        never: &[],
    },
    // Built before everything else, so it has no crate of the project below it.
    Room {
        name: "xtask",
        may: &[],
        never: &["tokio", "tauri", "axum"],
    },
];

/// The workspace's packages, from cargo's metadata.
pub fn packages() -> Result<Vec<Value>> {
    let metadata = run::cargo(["metadata", "--no-deps", "--format-version", "1"]).read()?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array();
    Ok(packages.context("cargo metadata lists packages")?.clone())
}

/// A line per forbidden import.
pub fn breaches(packages: &[Value]) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in packages {
        let name = text(&package["name"]);
        let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
            breaches.push(format!("{name} is a crate without a room: say in xtask/src/tidy/imports.rs whom it may import"));
            continue;
        };
        let dependencies = package["dependencies"].as_array();
        let dependencies = dependencies.map_or(&[][..], Vec::as_slice);
        breaches.extend(dependencies.iter().filter_map(|one| breach(room, one)));
        let apart = [ONE_TREE, "xtask"].contains(&name);
        if !apart && !dependencies.iter().any(|one| one["name"] == ONE_TREE) {
            breaches.push(format!(
                "{name} does not depend on {ONE_TREE}: see docs/contributing.md"
            ));
        }
    }
    breaches
}

fn breach(room: &Room, dependency: &Value) -> Option<String> {
    let imported = text(&dependency["name"]);
    let for_tests = text(&dependency["kind"]) == "dev";
    let ours = !dependency["path"].is_null();
    if ours {
        let allowed = room.may.contains(&imported)
            || (for_tests && imported == "cards")
            || imported == ONE_TREE;
        return (!allowed)
            .then(|| format!("{} imports {imported}, which is not below it", room.name));
    }
    let banned = room.never.iter().any(|never| imported.starts_with(never));
    (banned && !for_tests).then(|| format!("{} imports the library {imported}", room.name))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn room(name: &str) -> &'static Room {
        ROOMS.iter().find(|room| room.name == name).unwrap()
    }

    #[test]
    fn an_arrow_that_returns_is_named() {
        let up = json!({"name": "app-core", "kind": null, "path": "crates/app-core"});
        assert!(breach(room("protocol"), &up).is_some());
        assert!(breach(room("apoyo-app"), &up).is_none());
    }

    #[test]
    fn pixels_stay_out_of_values_storage_and_the_wire() {
        let vision = json!({"name": "vision", "kind": null, "path": "crates/vision"});
        for name in ["credential", "protocol", "storage", "attestation"] {
            assert!(breach(room(name), &vision).is_some(), "{name}");
        }
        assert!(breach(room("app-core"), &vision).is_none());
        let detector = json!({"name": "rustface", "kind": null, "path": null});
        assert!(breach(room("credential"), &detector).is_some());
        assert!(breach(room("vision"), &detector).is_none());
    }

    #[test]
    fn handlers_cannot_reach_sql_and_tests_may_draw_cards() {
        let sql = json!({"name": "rusqlite", "kind": null, "path": null});
        assert!(breach(room("backend"), &sql).is_some());
        assert!(breach(room("storage"), &sql).is_none());
        let web = json!({"name": "axum", "kind": null, "path": null});
        assert!(breach(room("server-core"), &web).is_some());
        assert!(breach(room("backend"), &web).is_none());
        let up = json!({"name": "backend", "kind": null, "path": "backend"});
        assert!(breach(room("server-core"), &up).is_some());
        let down = json!({"name": "server-core", "kind": null, "path": "backend/core"});
        assert!(breach(room("backend"), &down).is_none());
        assert!(breach(room("storage"), &down).is_some());
        let cards = json!({"name": "cards", "kind": "dev", "path": "tests/cards"});
        assert!(breach(room("credential"), &cards).is_none());
    }
}
