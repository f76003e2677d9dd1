//! The slow proofs: measurements, and the server killed again and again.

use crate::{build, places, run};
use anyhow::Result;
use clap::ValueEnum;
use std::path::Path;

/// What can be measured.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Subject {
    /// Signed apoyos with four pictures, against the disk and against another server.
    Intake,
    /// Ten times as many apoyos as the server receives, for ten minutes.
    Overload,
    /// A thousand open pages of a national campaign, and the intake meanwhile.
    Pages,
    /// Readers of QR codes over the same photographs: ours, rqrr, rxing, zxing-cpp.
    Qr,
    /// Readers of the three lines over the same photographs: ours and Tesseract.
    Mrz,
}

/// Runs a measurement with optimised programs.
pub fn bench(subject: Subject, arguments: &[String]) -> Result<()> {
    match subject {
        Subject::Intake => server("intake", arguments),
        Subject::Overload => server("overload", arguments),
        Subject::Pages => server("pages", arguments),
        Subject::Mrz => run::cargo(["run", "--release", "-p", "bench", "--", "mrz"])
            .args(arguments)
            .go(),
        Subject::Qr => {
            // The server's child, which reads a picture again with both readers, is measured too.
            run::cargo(["build", "--release", "-p", "backend", "--bin", "apoyo"]).go()?;
            let mut cargo = run::cargo(["run", "--release", "-p", "bench"]);
            // The C++ reader takes part if it can be built.
            if run::program(Path::new("cmake"))
                .args(["--version"])
                .succeeds()
            {
                cargo = cargo.args(["--features", "zxing-cpp"]);
            } else {
                eprintln!("xtask: without cmake zxing-cpp stays out of the run");
            }
            cargo.args(["--", "qr"]).args(arguments).go()
        }
    }
}

/// A measurement of the server itself.
fn server(subject: &str, arguments: &[String]) -> Result<()> {
    run::cargo(["build", "--release", "-p", "backend", "--bin", "apoyo"]).go()?;
    run::cargo(["run", "--release", "-p", "bench", "--"])
        .args([subject])
        .args(arguments)
        .go()
}

/// The program that holds the stories, and the one of them that kills the server.
const FLOWS: &str = "flows";

/// How the suite ends the server.
#[derive(Clone, Copy)]
pub enum ServerEnds {
    /// `kill -9` at a random moment.
    Killed,
    /// The power is cut: data that were not flushed are lost.
    WithoutPower,
    /// It dies at its nth call that changes durable data.
    AtACall,
}

/// Runs the suite that ends the server in this way, `count` times, or for so many minutes.
pub fn kills(how: ServerEnds, count: u32, minutes: Option<u32>) -> Result<()> {
    build::programs(&["apoyo"])?;
    let (story, variable) = match how {
        ServerEnds::Killed => ("the_server_is_killed", "KILLS"),
        ServerEnds::WithoutPower => ("the_power_is_cut", "POWER"),
        ServerEnds::AtACall => ("the_server_dies_at", "CALLS"),
    };
    let mut test = build::test(["--test", FLOWS, "--", "--nocapture", story])
        .env(places::PROGRAMS, places::programs())
        .env(variable, count.to_string());
    if let Some(minutes) = minutes {
        test = test.env("MINUTES", minutes.to_string());
    }
    test.go()
}

/// Damages copies of a data folder; all of it must be found or do no harm.
pub fn flips(count: u32) -> Result<()> {
    build::test(["--test", "suite", "--", "--nocapture", "a_flipped_bit"])
        .env("FLIPS", count.to_string())
        .go()
}

/// Runs histories; a failed one is told with its seed.
pub fn simulate(arguments: &[String]) -> Result<()> {
    build::programs(&["simulate"])?;
    run::program(&places::built("simulate"))
        .args(arguments)
        .go()
}

/// Kills the phone `count` times at each of its steps, cuts its connection 100 times, and sends a
/// queue of 200.
pub fn phone_kills(count: u32) -> Result<()> {
    build::programs(&["apoyo"])?;
    for suite in ["phone_kills::", "phone_network::", "phone_queue::"] {
        build::test(["--test", FLOWS, "--", "--nocapture", suite])
            .env(places::PROGRAMS, places::programs())
            .env("PHONE_KILLS", count.to_string())
            .env("PHONE_CUTS", "100")
            .env("PHONE_QUEUE", "200")
            .go()?;
    }
    Ok(())
}
