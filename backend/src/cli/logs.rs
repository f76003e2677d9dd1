//! The log: to the standard error, for people or (`--log-json`) for machines.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts it. `RUST_LOG` chooses what is logged; the default is `info`.
pub fn start(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match json {
        true => log.json().init(),
        false => log.init(),
    }
}
