//! `cargo xtask interop`: the server against programs of others, as they are on the internet.
//!
//! Postfix and promtool are Debian's packages, Schemathesis is PyPI's and lives in `target`.

use crate::{places, run};
use anyhow::{Result, bail};
use std::path::Path;

/// The version that the description was made true with.
const SCHEMATHESIS: [&str; 2] = ["schemathesis==4.32.5", "cryptography"];

/// Fetches what is missing and runs the stories of `tests/flows/interop.rs`.
pub fn interop() -> Result<()> {
    for (program, package) in [("postfix", "postfix"), ("promtool", "prometheus")] {
        let there = run::program(Path::new("sh")).args([
            "-c",
            &format!("command -v {program} || test -x /usr/sbin/{program}"),
        ]);
        if !there.succeeds() {
            run::program(Path::new("apt-get"))
                .args(["install", "-y", "--no-install-recommends", package])
                .env("DEBIAN_FRONTEND", "noninteractive")
                .go()?;
        }
    }
    let venv = places::target().join("schemathesis");
    let st = venv.join("bin/st");
    if !st.exists() {
        run::program(Path::new("/usr/bin/python3"))
            .args(["-m", "venv"])
            .args([&venv])
            .go()?;
        run::program(&venv.join("bin/pip"))
            .args(["install", "--quiet"])
            .args(SCHEMATHESIS)
            .go()?;
    }
    if !st.exists() {
        bail!("Schemathesis was not installed");
    }
    run::cargo(["build", "-p", "backend", "--bin", "apoyo"]).go()?;
    run::cargo([
        "test",
        "-p",
        "e2e",
        "--test",
        "flows",
        "interop::",
        "--",
        "--ignored",
    ])
    .args(["--nocapture", "--test-threads", "1"])
    .env("APOYO_SCHEMATHESIS", st)
    .go()
}
