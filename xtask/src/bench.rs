//! The slow proofs: measurements, and the server killed again and again.

use crate::run;
use anyhow::Result;
use clap::ValueEnum;

/// What can be measured.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Subject {
    /// Signed apoyos with four pictures, against the disk and against another server.
    Intake,
}

/// Runs a measurement with optimised programs.
pub fn bench(subject: Subject, arguments: &[String]) -> Result<()> {
    let word = match subject {
        Subject::Intake => "intake",
    };
    run::cargo(["build", "--release", "-p", "backend", "--bin", "apoyo"]).go()?;
    run::cargo(["run", "--release", "-p", "bench", "--", word])
        .args(arguments)
        .go()
}

/// Runs the suite that kills the server, `count` times.
pub fn kills(count: u32) -> Result<()> {
    run::cargo(["build", "-p", "backend", "--bin", "apoyo"]).go()?;
    run::cargo(["test", "-p", "e2e", "--test", "kills", "--", "--nocapture"])
        .env("KILLS", count.to_string())
        .go()
}
