//! `cargo xtask test`: everything that must hold, in the order in which it is cheap to know.

use crate::{generated, mobile, places, run, screens, setup, tidy, totals::Totals};
use anyhow::Result;
use clap::Args;
use std::time::Instant;

/// What to leave out while working on something else. The change itself is guarded by all of it.
#[derive(Debug, Args)]
pub struct Options {
    /// Leave out the browser and the window.
    #[arg(long)]
    no_browsers: bool,
}

/// Runs every step; stops at the first one that fails. The last line is `tests: …`.
pub fn test(options: &Options) -> Result<()> {
    let began = Instant::now();
    let mut totals = Totals::default();
    let outcome = steps(options, &mut totals);
    if outcome.is_err() && totals.failed == 0 {
        // A step that is no test (formatting, lints) failed: the sum must not look well.
        totals.failed = 1;
    }
    println!("\n{} min in all", began.elapsed().as_secs().div_ceil(60));
    if let Err(fault) = &outcome {
        println!("stopped: {fault:#}");
    }
    println!("tests: {totals}");
    outcome
}

/// Everything, with the same features in every step: what one step compiled the next one uses.
const EVERYTHING: [&str; 3] = ["--workspace", "--features", generated::FEATURE];

fn steps(options: &Options, totals: &mut Totals) -> Result<()> {
    step("setup", setup::for_test)?;
    step("format", || run::cargo(["fmt", "--all", "--check"]).go())?;
    step("house rules", tidy::tidy)?;
    // Before anything that compiles the window, which bundles the screens.
    step("screens: types", || run::npm("ui", ["run", "check"]).go())?;
    step("screens: tests", || run::npm("ui", ["test"]).count(totals))?;
    step("screens: build", screens_build)?;
    step("phones: what is cheap to know", mobile::check_cheaply)?;
    step("lints", || {
        run::cargo(["clippy", "--quiet", "--all-targets"])
            .args(EVERYTHING)
            .args(["--", "-D", "warnings"])
            .go()
    })?;
    step("programs", programs)?;
    let bindings = generated::fresh_folder()?;
    step("tests of the parts and of the whole", || {
        run::cargo(["test"])
            .args(EVERYTHING)
            .env(generated::EXPORT, &bindings)
            .env("APOYO_PROGRAMS", places::target().join("debug"))
            .count(totals)
    })?;
    step("bindings are those of the types", || {
        generated::check(&bindings)
    })?;
    if !options.no_browsers {
        step("the job in Chromium and in the window", || {
            run::npm("tests/ui", ["test"])
                .env("APOYO_PROGRAMS", places::target().join("debug"))
                .count(totals)
        })?;
    }
    Ok(())
}

/// Bundles the screens, and weighs them: they are read over slow networks and old phones.
pub fn screens_build() -> Result<()> {
    run::npm("ui", ["run", "build"]).go()?;
    screens::weigh()
}

/// The programs that the tests start: server, hosts, cards, window.
pub fn programs() -> Result<()> {
    run::cargo(["build", "--bins"]).args(EVERYTHING).go()
}

fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let began = Instant::now();
    println!("\n== {name}");
    let outcome = work();
    let seconds = began.elapsed().as_secs_f32();
    match &outcome {
        Ok(()) => println!("== {name}: good, {seconds:.0} s"),
        Err(_) => println!("== {name}: FAILED after {seconds:.0} s"),
    }
    outcome.map_err(|fault| fault.context(name.to_owned()))
}
