//! `cargo xtask screens`: the pictures of every screen, for people who look at them.

use crate::{places, run, setup, test};
use anyhow::Result;

/// Takes them into docs/screens.
pub fn screens() -> Result<()> {
    setup::for_test()?;
    run::npm("ui", ["run", "build"]).go()?;
    test::programs()?;
    run::npm("tests/ui", ["run", "screens"])
        .env("APOYO_PROGRAMS", places::target().join("debug"))
        .go()
}
