//! How fast the server takes apoyos and how well codes are read, compared with others in the same run.
//!
//! `cargo xtask bench intake` or `qr` builds everything in release and runs this. Only ratios of one
//! interleaved run are meaningful, because the load shares the two processors.

mod disk;
mod fastapi;
mod intake;
mod load;
mod memory;
mod mrz;
mod open_loop;
mod ours;
mod overload;
mod pages;
mod pictures;
mod process;
mod qr;
mod report;
mod spinners;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Benchmarks of Apoyo.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// Signed apoyos with four unique pictures (0.94 MB), at 1, 16 and 64 at once.
    Intake(Intake),
    /// Ten times as many apoyos as the server receives, for minutes.
    Overload(overload::Overload),
    /// A thousand open pages of a national campaign, and the intake meanwhile.
    Pages(pages::Pages),
    /// Readers of QR codes over the same photographs.
    Qr(qr::Qr),
    /// Readers of the three lines on the back over the same photographs.
    Mrz(mrz::Mrz),
}

/// What the intake bench needs.
#[derive(Debug, Clone, clap::Args)]
pub struct Intake {
    /// The release binary of the server.
    #[arg(long, default_value = "target/release/apoyo")]
    pub apoyo: PathBuf,
    /// Rounds: each holds one slice of every contender.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// Apoyos in one slice at 16 and 64 at once (a fifth of it at 1).
    #[arg(long, default_value_t = 300)]
    pub slice: usize,
    /// Where data of the run is kept; must be on a real disk.
    #[arg(long, default_value = "target/bench")]
    pub folder: PathBuf,
    /// Leave FastAPI and PostgreSQL out.
    #[arg(long)]
    pub alone: bool,
    /// Only the figures of memory and tally are wanted, not the race.
    #[arg(long)]
    pub skip_race: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().bench {
        Bench::Intake(arguments) => {
            report::print(&intake::run(&arguments).await?);
            Ok(())
        }
        Bench::Overload(arguments) => overload::run(&arguments).await,
        Bench::Pages(arguments) => pages::run(&arguments).await,
        Bench::Qr(arguments) => qr::run(&arguments),
        Bench::Mrz(arguments) => mrz::run(&arguments),
    }
}
