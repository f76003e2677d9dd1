//! Required and forbidden calls in the app's Rust code: they compile for a phone, but fail or never
//! happen there. A type check cannot see that.

use super::{documents::text, variables};
use crate::places;
use anyhow::Result;
use std::fs;

/// Methods of the standard library that only report "unsupported" on Android before Rust 1.98.
/// clippy refuses them everywhere.
pub const STUBS: &[&str] = &[
    "lock",
    "lock_shared",
    "try_lock",
    "try_lock_shared",
    "unlock",
];

/// The file that makes the app's HTTP client.
const NETWORK: &str = "crates/app-core/src/adapters/http.rs";

/// A text, and whether the app's shell must contain it.
struct Rule {
    piece: &'static str,
    must: bool,
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        piece: "RunEvent::Resumed",
        must: false,
        why: "Tauri's loop never sends it; the system's is WindowEvent::Resumed",
    },
    Rule {
        piece: "event: WindowEvent::Resumed",
        must: true,
        why: "the queue is sent when a phone's app comes back",
    },
    Rule {
        piece: "on_web_content_process_terminate(",
        must: true,
        why: "an iPhone's page that the system has ended is loaded again",
    },
    Rule {
        piece: "assert!(\n    begins_with(SERVER, \"https://\")",
        must: true,
        why: "a release for a phone names its server, over https",
    },
    Rule {
        piece: "#[cfg(not(debug_assertions))]\npub const TEST_AUTHORITY: Option<&str> = None;",
        must: true,
        why: "no release believes the authority of a test",
    },
    Rule {
        piece: "timeout(limit, saying)",
        must: true,
        why: "Apple's word about a key has an end",
    },
    Rule {
        piece: "captures::forget(",
        must: true,
        why: "the camera's files go when a door has its copy",
    },
];

/// A line per fault.
pub fn faults() -> Result<Vec<String>> {
    let mut all = String::new();
    let mut faults = Vec::new();
    for entry in fs::read_dir(places::at("src-tauri/src"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let source = text(&format!("src-tauri/src/{name}"))?;
        faults.extend(variables::faults(&name, &source));
        all.push_str(&source);
    }
    faults.extend(shell(&all));
    faults.extend(stubs(&text("clippy.toml")?));
    faults.extend(network(&text(NETWORK)?));
    faults.extend(pages(&text("src-tauri/build.rs")?));
    Ok(faults)
}

fn shell(source: &str) -> Vec<String> {
    RULES
        .iter()
        .filter(|rule| source.contains(rule.piece) != rule.must)
        .map(|rule| {
            let names = if rule.must { "does not name" } else { "names" };
            format!("src-tauri {names} {:?} ({})", rule.piece, rule.why)
        })
        .collect()
}

fn stubs(clippy: &str) -> Vec<String> {
    STUBS
        .iter()
        .filter(|method| !clippy.contains(&format!("\"std::fs::File::{method}\"")))
        .map(|method| format!("clippy.toml allows File::{method}, a stub on Android"))
        .collect()
}

/// reqwest's default verifier is Java code on Android. The app does not initialise it, so the first
/// handshake would panic. Bundled certificates need no initialisation.
fn network(source: &str) -> Vec<String> {
    let bundled = source.contains("target_os = \"android\"") && source.contains("tls_certs_only(");
    match bundled {
        true => Vec::new(),
        false => vec![format!(
            "{NETWORK} leaves TLS on Android to a verifier that needs an initialisation"
        )],
    }
}

fn pages(build: &str) -> Vec<String> {
    match build.contains("max-page-size=16384") {
        true => Vec::new(),
        false => vec!["src-tauri/build.rs does not link for memory pages of 16 KB".into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_that_is_checked_in_has_no_fault() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn every_rule_of_the_shell_is_broken_once() {
        let good: String = RULES
            .iter()
            .filter(|rule| rule.must)
            .map(|rule| rule.piece)
            .collect();
        assert_eq!(shell(&good), Vec::<String>::new());
        for rule in RULES {
            let broken = match rule.must {
                true => good.replace(rule.piece, ""),
                false => format!("{good} {}", rule.piece),
            };
            assert_eq!(shell(&broken).len(), 1, "{}", rule.piece);
        }
    }

    #[test]
    fn a_stub_of_android_that_clippy_allows_is_named() {
        let line = |method: &&str| format!("{{ path = \"std::fs::File::{method}\" }},\n");
        let clippy: String = STUBS.iter().map(line).collect();
        assert_eq!(stubs(&clippy), Vec::<String>::new());
        for method in STUBS {
            let broken = clippy.replace(&format!("::{method}\""), "::x\"");
            assert_eq!(stubs(&broken).len(), 1, "{method}");
        }
    }

    #[test]
    fn tls_that_nobody_initialises_is_named() {
        let own = "Client::builder().user_agent(x).build()";
        assert_eq!(network(own).len(), 1);
        let bundled = "if cfg!(target_os = \"android\") { builder.tls_certs_only(bundled()?) }";
        assert_eq!(network(bundled), Vec::<String>::new());
    }

    #[test]
    fn a_program_for_small_pages_is_named() {
        assert_eq!(pages("fn main() {}").len(), 1);
    }
}
