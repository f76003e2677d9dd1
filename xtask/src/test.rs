//! `cargo xtask test`: every check, the cheap ones first.

use crate::{
    build, generated, mobile, one_tree, places, run, screens,
    setup::{self, node},
    suites, supply, tidy,
    totals::Totals,
};
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
        // A step without tests (formatting, lints) failed, and the sum must show that.
        totals.failed = 1;
    }
    println!("\n{} min in all", began.elapsed().as_secs().div_ceil(60));
    if let Err(fault) = &outcome {
        println!("stopped: {fault:#}");
    }
    println!("tests: {totals}");
    outcome
}

fn steps(options: &Options, totals: &mut Totals) -> Result<()> {
    step("setup", setup::for_test)?;
    step("format", || run::cargo(["fmt", "--all", "--check"]).go())?;
    step("house rules", tidy::tidy)?;
    step("list of materials", supply::sbom)?;
    step("one tree of features", one_tree::check)?;
    // Before anything that compiles the window, which bundles the screens.
    step("screens: types", || node::npm("ui", ["run", "check"]).go())?;
    step("screens: tests", || node::npm("ui", ["test"]).count(totals))?;
    step("screens: build", screens::build)?;
    step("phones: what is cheap to know", mobile::check_cheaply)?;
    let mut tests = Vec::new();
    step("programs and tests, built and linted", || {
        tests = build::everything()?;
        Ok(())
    })?;
    let bindings = generated::fresh_folder()?;
    let programs = places::programs();
    step("tests of the parts and of the whole", || {
        let environment = [
            (generated::EXPORT, bindings.as_path()),
            (places::PROGRAMS, programs.as_path()),
        ];
        suites::run(tests, &environment, totals)
    })?;
    step("examples in the documentation", || {
        build::documentation().count(totals)
    })?;
    step("bindings are those of the types", || {
        generated::check(&bindings)
    })?;
    if !options.no_browsers {
        step("the job in Chromium and in the window", || {
            node::npm("tests/ui", ["test"])
                .env(places::PROGRAMS, &programs)
                .count(totals)
        })?;
    }
    Ok(())
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
