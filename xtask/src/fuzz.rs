//! Fuzzes every parser of strangers' bytes (tests/hostile), one after another or in parallel.

use crate::{places, run};
use anyhow::{Result, anyhow, bail};
use clap::Args;
use std::{
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
};

#[derive(Args)]
pub struct Options {
    /// How long each target runs.
    #[arg(long, default_value_t = 60, value_name = "N")]
    seconds: u32,
    /// The number of targets that run in parallel.
    #[arg(long, default_value_t = 1, value_name = "N")]
    at_once: usize,
    /// One target; all of them without it.
    target: Option<String>,
}

/// Memory that a target may use, in MiB: as much as a phone can spare.
const MEMORY_MIB: u32 = 2048;
/// Seconds that one input may take in an optimised, instrumented program.
const PATIENCE_S: usize = 25;

/// Runs the fuzzer. Its inputs are stored in `fuzz/corpus` and crashes in `fuzz/artifacts`, both
/// outside of the repository. A crash is added to the corpus of tests/hostile together with its fix.
pub fn fuzz(options: &Options) -> Result<()> {
    if !cargo().args(["fuzz", "--version"]).succeeds() {
        bail!("fuzzing needs the nightly toolchain and `cargo install cargo-fuzz`");
    }
    let all = targets()?;
    let chosen: Vec<&String> = match &options.target {
        Some(name) => all.iter().filter(|target| *target == name).collect(),
        None => all.iter().collect(),
    };
    if chosen.is_empty() {
        bail!("there is no such target; there are: {}", all.join(", "));
    }
    let queue = Mutex::new(chosen.into_iter());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Result<()> {
        while let Some(target) = next() {
            one(target, options)?;
            eprintln!("fuzz: {target}: {} s without a find", options.seconds);
        }
        Ok(())
    };
    let ends: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..options.at_once.max(1))
            .map(|_| scope.spawn(work))
            .collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    for end in ends {
        end.map_err(|_| anyhow!("a thread of the fuzzer's broke"))??;
    }
    Ok(())
}

fn one(target: &str, options: &Options) -> Result<()> {
    let found = format!("fuzz/corpus/{target}");
    fs::create_dir_all(places::at(&found))?;
    // The project's code has no `unsafe`, so a sanitizer would only make it slower.
    cargo()
        .args(["fuzz", "run", "--sanitizer", "none", target])
        .args([found, format!("tests/hostile/corpus/{target}")])
        .args(["--", "-print_final_stats=1"])
        .args([
            format!("-max_total_time={}", options.seconds),
            format!("-rss_limit_mb={MEMORY_MIB}"),
            // By the clock, because parallel targets share the processors.
            format!("-timeout={}", PATIENCE_S * options.at_once.max(1)),
        ])
        .go()
}

/// The nightly cargo, whichever one runs us.
fn cargo() -> run::Run {
    run::program(Path::new("cargo"))
        .env("RUSTUP_TOOLCHAIN", "nightly")
        .args(["+nightly"])
}

/// A target is a folder of seeds.
fn targets() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(places::at("tests/hostile/corpus"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
