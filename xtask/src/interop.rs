//! `cargo xtask interop`: the server together with real programs of others.
//!
//! Postfix and promtool are Debian packages; Schemathesis is from PyPI and installed in `target`.

use crate::{build, places, run, setup::apt};
use anyhow::{Result, bail};
use std::path::Path;

/// The version that the OpenAPI description was verified with.
const SCHEMATHESIS: [&str; 2] = ["schemathesis==4.32.5", "cryptography"];

/// Installs missing tools and runs the stories of `tests/flows/interop.rs`.
pub fn interop() -> Result<()> {
    apt::install(&[&["postfix", "prometheus", "python3-venv"]])?;
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
    build::programs(&["apoyo"])?;
    // One after the other, because the programs use the same ports.
    let alone = ["--ignored", "--nocapture", "--test-threads", "1"];
    build::test(
        ["--test", "flows", "--", "interop::"]
            .into_iter()
            .chain(alone),
    )
    .env(places::PROGRAMS, places::programs())
    .env("APOYO_SCHEMATHESIS", st)
    .go()
}
