//! Runs the compiled tests: as many files in parallel as there are processors.
//!
//! Many stories wait (for a server, for a flush, for a moment), so a sequence would leave processors
//! idle. A file whose tests measure time runs alone.

use crate::{build::Suite, totals::Totals};
use anyhow::{Context, Result, bail};
use std::{
    path::Path,
    process::{Command, Output, Stdio},
    sync::{Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

/// Files of tests that compare durations, by the end of their name.
const ALONE: &[&str] = &[];

/// The longest files, by the end of their name; they start first, in this order.
const LONGEST: &[&str] = &[
    "tests test flows",
    "app-core test stories",
    "backend test server",
    "storage test suite",
    "vision test any_input",
];

/// A file that has ended.
struct Ended {
    name: String,
    output: Output,
    took: Duration,
}

/// Runs all of them with this environment, prints their output and counts their tests. A failure does
/// not stop the others.
pub fn run(suites: Vec<Suite>, environment: &[(&str, &Path)], totals: &mut Totals) -> Result<()> {
    let (alone, mut together): (Vec<_>, Vec<_>) = suites
        .into_iter()
        .partition(|suite| listed(ALONE, suite).is_some());
    together.sort_by_key(|suite| listed(LONGEST, suite).unwrap_or(usize::MAX));
    let lanes = thread::available_parallelism().map_or(1, usize::from);
    let mut failed = Vec::new();
    let before = *totals;
    for (suites, lanes) in [(together, lanes), (alone, 1)] {
        in_lanes(suites, lanes, environment, |ended| {
            if !report(&ended, totals) {
                failed.push(ended.name);
            }
        })?;
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    if totals.passed == before.passed {
        bail!("not a single test ran");
    }
    Ok(())
}

fn listed(list: &[&str], suite: &Suite) -> Option<usize> {
    list.iter().position(|end| suite.name.ends_with(end))
}

fn in_lanes(
    suites: Vec<Suite>,
    lanes: usize,
    environment: &[(&str, &Path)],
    mut done: impl FnMut(Ended),
) -> Result<()> {
    let queue = Mutex::new(suites.into_iter());
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..lanes {
            let (queue, send) = (&queue, send.clone());
            scope.spawn(move || {
                loop {
                    // The lock is released before the tests run.
                    let next = queue.lock().ok().and_then(|mut queue| queue.next());
                    let Some(suite) = next else { break };
                    println!("-- {} begins", suite.name);
                    if send.send(start(suite, environment)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        for ended in receive {
            done(ended?);
        }
        Ok(())
    })
}

fn start(suite: Suite, environment: &[(&str, &Path)]) -> Result<Ended> {
    let began = Instant::now();
    let output = Command::new(&suite.program)
        .current_dir(&suite.folder)
        .env("CARGO_MANIFEST_DIR", &suite.folder)
        .env("NO_COLOR", "1")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} cannot be started", suite.name))?;
    Ok(Ended {
        name: suite.name,
        output,
        took: began.elapsed(),
    })
}

/// Prints a file's output; returns whether it passed.
fn report(ended: &Ended, totals: &mut Totals) -> bool {
    let said = String::from_utf8_lossy(&ended.output.stdout);
    let passed = ended.output.status.success();
    let seconds = ended.took.as_secs_f32();
    println!("\n-- {} ended after {seconds:.1} s", ended.name);
    print!("{said}");
    let before = *totals;
    for line in said.lines() {
        totals.add_line(line);
    }
    if !passed {
        println!("{}", String::from_utf8_lossy(&ended.output.stderr));
        println!("-- {} ended with {}", ended.name, ended.output.status);
        totals.fail_at_least_one(before);
    }
    passed
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::{build::Suite, places, totals::Totals};
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    /// A script in place of a file of tests.
    fn suite(folder: &Path, name: &str, script: &str) -> Suite {
        let program = folder.join(name);
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Suite {
            name: name.to_owned(),
            program,
            folder: folder.to_owned(),
        }
    }

    #[test]
    fn all_are_run_and_counted_whatever_fails_and_the_failed_ones_are_named() {
        let folder = places::target().join("pretended-suites");
        fs::create_dir_all(&folder).unwrap();
        let passed = r#"echo "test result: ok. $N passed; 0 failed; 0 ignored""#;
        let failed = r#"echo "test result: FAILED. 1 passed; 1 failed; 0 ignored"; exit 101"#;
        let environment = [("N", Path::new("3"))];

        let mut totals = Totals::default();
        let good = vec![suite(&folder, "good", passed)];
        assert!(run(good, &environment, &mut totals).is_ok());
        assert_eq!(totals.to_string(), "3 passed, 0 failed");

        let mut totals = Totals::default();
        let mixed = vec![
            suite(&folder, "bad", failed),
            suite(&folder, "dead", "kill -9 $$"),
            suite(&folder, "good", passed),
        ];
        let fault = run(mixed, &environment, &mut totals).unwrap_err();
        let fault = fault.to_string();
        assert!(fault.contains("bad") && fault.contains("dead") && !fault.contains("good"));
        assert_eq!(totals.to_string(), "4 passed, 2 failed");

        let silent = vec![suite(&folder, "silent", "true")];
        assert!(run(silent, &environment, &mut Totals::default()).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
