//! Fuzzes every parser of strangers' bytes (tests/hostile), one after another or in parallel.

use crate::{places, run};
use anyhow::{Result, anyhow, bail};
use clap::Args;
use std::{
    fs,
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

/// The instrumentation for libFuzzer: taken edges and compared values. The stable compiler has these flags;
/// only sanitizers would need the nightly one, and the project's code has no `unsafe`.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 \
    -Ccodegen-units=1";

/// Runs the fuzzer. What it keeps goes to `fuzz/corpus` and what broke something to
/// `fuzz/artifacts`, both outside of the repository: a find is put into the corpus of
/// tests/hostile together with its mend.
pub fn fuzz(options: &Options) -> Result<()> {
    let all = targets()?;
    let chosen: Vec<&String> = match &options.target {
        Some(name) => all.iter().filter(|target| *target == name).collect(),
        None => all.iter().collect(),
    };
    if chosen.is_empty() {
        bail!("there is no such target; there are: {}", all.join(", "));
    }
    build(&chosen)?;
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

/// Compiles the targets. It names a target triple, so that the flags do not apply to build scripts and
/// macros.
fn build(chosen: &[&String]) -> Result<()> {
    run::cargo(["build", "--release", "--manifest-path", "fuzz/Cargo.toml"])
        .args(["--target", &host(), "--target-dir", "target/fuzz"])
        .args(chosen.iter().flat_map(|target| ["--bin", target.as_str()]))
        .env("RUSTFLAGS", FLAGS)
        .go()
}

/// The machine that fuzzing runs on, a Linux.
fn host() -> String {
    format!("{}-unknown-linux-gnu", std::env::consts::ARCH)
}

fn one(target: &str, options: &Options) -> Result<()> {
    let (kept, broken) = (
        format!("fuzz/corpus/{target}"),
        format!("fuzz/artifacts/{target}/"),
    );
    for folder in [&kept, &broken] {
        fs::create_dir_all(places::at(folder))?;
    }
    run::program(&places::at(&format!(
        "target/fuzz/{}/release/{target}",
        host()
    )))
    .args([kept, format!("tests/hostile/corpus/{target}")])
    .args([
        format!("-artifact_prefix={broken}"),
        "-print_final_stats=1".to_owned(),
        format!("-max_total_time={}", options.seconds),
        format!("-rss_limit_mb={MEMORY_MIB}"),
        // By the clock, because parallel targets share the processors.
        format!("-timeout={}", PATIENCE_S * options.at_once.max(1)),
    ])
    .go()
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
