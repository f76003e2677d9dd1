//! The variables that carry the server's address into the build of a phone's app.
//!
//! The Rust of an iPhone's app is compiled inside xcodebuild, to which Tauri's command line passes only
//! variables with certain prefixes. Gradle begins with a script of the system's shell, and dash drops
//! variables with a dot in their name.

use anyhow::{Context, Result, bail};

/// The prefixes that reach cargo inside xcodebuild (tauri-cli 2.12.4, `src/mobile/mod.rs`).
const REACH_XCODE: &[&str] = &["CARGO_", "RUST_", "TAURI", "WRY"];

/// The server's address, as `src-tauri/src/built_for.rs` reads it.
const SERVER: &str = "CARGO_APOYO_SERVER";
/// The host whose links open the app, as `app/build.gradle.kts` reads it.
const LINK_HOST: &str = "ORG_GRADLE_PROJECT_apoyoHost";

/// The variables with a build's server.
pub fn of_server(server: &str) -> Result<[(&'static str, String); 2]> {
    let host = host(server).with_context(|| format!("APOYO_SERVER names no server: {server}"))?;
    Ok([(SERVER, server.to_owned()), (LINK_HOST, host.to_owned())])
}

/// The host of an address: `https://host[:port][/…]`.
fn host(server: &str) -> Result<&str> {
    let rest = server
        .strip_prefix("https://")
        .or_else(|| server.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split([':', '/']).next());
    match host {
        Some(host) if !host.is_empty() && !host.contains(['@', ' ']) => Ok(host),
        _ => bail!("https://… is expected"),
    }
}

/// A line per variable that the app reads at compile time and an iPhone's build would not see.
pub fn faults(file: &str, source: &str) -> Vec<String> {
    let read: Vec<&str> = ["option_env!(\"", " env!(\""]
        .iter()
        .flat_map(|call| source.split(call).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let reaches = |name: &str| REACH_XCODE.iter().any(|prefix| name.starts_with(prefix));
    read.iter()
        .filter(|name| !reaches(name) && !read.contains(&format!("CARGO_{name}").as_str()))
        .map(|name| {
            format!("{file} reads {name}, which does not reach the build of an iPhone's app")
        })
        .collect()
}

/// A line per Gradle property whose name a shell drops, in the variables that set it and in the code
/// that reads it.
pub fn property_faults(file: &str, text: &str) -> Vec<String> {
    let set = text.split("ORG_GRADLE_PROJECT_").skip(1).map(name);
    let read = text.split("gradleProperty(\"").skip(1).map(name);
    let passed = text.split(" -P").skip(1).map(name);
    set.chain(read)
        .chain(passed)
        .filter(|name| name.contains('.'))
        .map(|name| format!("{file} names the property {name}, which dash does not pass on"))
        .collect()
}

/// The name at the beginning of a text, without the full stop of a sentence.
fn name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.');
    let name = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    name.trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mobile::documents::text;

    #[test]
    fn the_server_reaches_both_builds() {
        let [server, host] = of_server("https://apoyo.ejemplo.mx:8443/x").unwrap();
        assert_eq!(host, (LINK_HOST, "apoyo.ejemplo.mx".to_owned()));
        assert_eq!(server.1, "https://apoyo.ejemplo.mx:8443/x");
        assert!(REACH_XCODE.iter().any(|one| server.0.starts_with(one)));
        let read = text("src-tauri/src/built_for.rs").unwrap();
        assert!(read.contains(&format!("option_env!(\"{SERVER}\")")));
        let read = text("src-tauri/gen/android/app/build.gradle.kts").unwrap();
        let property = LINK_HOST.trim_start_matches("ORG_GRADLE_PROJECT_");
        assert!(read.contains(&format!("gradleProperty(\"{property}\")")));
    }

    #[test]
    fn an_address_without_a_host_builds_nothing() {
        for bad in [
            "",
            "apoyo.ejemplo.mx",
            "https://",
            "https:///x",
            "https://a@b",
        ] {
            assert!(of_server(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_variable_that_does_not_reach_xcode_is_named() {
        let good = r#"option_env!("CARGO_X") option_env!("X") option_env!("RUST_Y")"#;
        assert_eq!(faults("x.rs", good), Vec::<String>::new());
        let lost = r#"option_env!("APOYO_SERVER").unwrap_or(HERE)"#;
        assert_eq!(faults("x.rs", lost).len(), 1);
        assert_eq!(faults("x.rs", r#"let a = env!("SECRET");"#).len(), 1);
    }

    #[test]
    fn a_property_that_a_shell_drops_is_named() {
        for dropped in [
            "ORG_GRADLE_PROJECT_apoyo.host=x",
            "providers.gradleProperty(\"apoyo.host\")",
            "gradlew -Papoyo.host=x",
        ] {
            assert_eq!(property_faults("x", dropped).len(), 1, "{dropped}");
        }
        for passed in [
            "as ORG_GRADLE_PROJECT_apoyoHost. (No dot)",
            "gradleProperty(\"apoyoHost\").orElse(x)",
        ] {
            assert_eq!(property_faults("x", passed), Vec::<String>::new());
        }
    }
}
