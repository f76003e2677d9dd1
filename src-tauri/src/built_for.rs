//! The server of this build, which is set when the app is compiled.
//!
//! On a computer: `APOYO_SERVER=https://… cargo build`. For a phone, `cargo xtask phone` passes the
//! same value as `CARGO_APOYO_SERVER`, because the build of an iPhone's app runs inside xcodebuild
//! and Tauri passes only variables with certain prefixes to it.

/// The default server: that of the demonstration, on this machine.
const HERE: &str = "http://127.0.0.1:8080";

/// The value at compile time.
const NAMED: Option<&str> = match option_env!("CARGO_APOYO_SERVER") {
    Some(server) => Some(server),
    None => option_env!("APOYO_SERVER"),
};

/// The server of this build.
pub const SERVER: &str = match NAMED {
    Some(server) => server,
    None => HERE,
};

/// One certificate authority more (PEM), which a build for tests believes: the emulator's server has
/// no certificate of a public one. A release does not even read it.
#[cfg(debug_assertions)]
pub const TEST_AUTHORITY: Option<&str> = option_env!("CARGO_APOYO_TEST_CA");
#[cfg(not(debug_assertions))]
pub const TEST_AUTHORITY: Option<&str> = None;

// A release for a phone must not use the phone itself as its server, or an unencrypted connection.
#[cfg(all(mobile, not(debug_assertions)))]
const _: () = assert!(
    begins_with(SERVER, "https://"),
    "a release for a phone needs its server: APOYO_SERVER=https://… cargo xtask phone …"
);

/// `str::starts_with` for constants.
#[cfg(any(test, all(mobile, not(debug_assertions))))]
const fn begins_with(text: &str, beginning: &str) -> bool {
    let (text, beginning) = (text.as_bytes(), beginning.as_bytes());
    if text.len() <= beginning.len() {
        return false;
    }
    let mut place = 0;
    while place < beginning.len() {
        if text[place] != beginning[place] {
            return false;
        }
        place += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_in_the_clear_is_not_one_for_a_phone() {
        assert!(begins_with("https://apoyo.ejemplo.mx", "https://"));
        for no_server in [HERE, "https://", "", "https:/x", "HTTPS://x"] {
            assert!(!begins_with(no_server, "https://"), "{no_server}");
        }
    }
}
