//! The project's own commands: `cargo xtask <verb>`.
//!
//! Two of them matter to a newcomer: `demo` shows the whole system working, `test` proves it.
//! It has few dependencies on purpose, because it is built before everything else.

mod bench;
mod build;
mod demo;
mod fuzz;
mod generated;
mod interop;
mod mobile;
mod one_tree;
mod places;
mod run;
mod screens;
mod setup;
mod suites;
mod supply;
mod test;
mod tidy;
mod totals;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Builds, shows and proves the project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Start the whole system with synthetic people, and say what to try.
    Demo(demo::Options),
    /// Everything that must hold, from nothing; the last line says how many tests passed.
    Test(test::Options),
    /// The same as `test`: what guards every change.
    Ci(test::Options),
    /// Write the files that are made from others (ui/bindings, xtask/one-tree).
    Gen {
        /// Only xtask/one-tree, which nothing has to be compiled for.
        #[arg(long)]
        tree: bool,
    },
    /// Check the house rules: who imports whom, circles, lengths, dependencies,
    /// traces of a machine.
    Tidy(tidy::Options),
    /// Draw synthetic people, their credentials and photographs of them (`-- --help` says how).
    Cards {
        /// Handed to the program `cards`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Kill the server at random moments under load and look for lost apoyos. Slow.
    Kills {
        /// How many times: 200, with --power 1,000, with --calls 300; with --phone how often at
        /// each step, 20.
        #[arg(long)]
        count: Option<u32>,
        /// Cut the power instead: a disk of the tests loses what was not flushed. Needs root.
        #[arg(long, group = "how")]
        power: bool,
        /// Let it die at its first, second, third ... call that changes what is durable.
        #[arg(long, group = "how")]
        calls: bool,
        /// Kill the phone instead, at each step of capture, seal, send and delete; then cut its
        /// connection a hundred times.
        #[arg(long, group = "how")]
        phone: bool,
        /// End after so many minutes, wherever it is then.
        #[arg(long)]
        minutes: Option<u32>,
    },
    /// Check licences, sources, versions and advisories with cargo-deny. Needs the network.
    Deny,
    /// Write what the server's program is made of: target/sbom/apoyo.cdx.json (CycloneDX).
    Sbom,
    /// Flip bits and cut files on copies of a data folder. Slow.
    Flips {
        /// How many times.
        #[arg(long, default_value_t = 10_000)]
        count: u32,
    },
    /// Run histories from seeds: the real core in a world where disk, clock, network and relay fail.
    /// Needs root. Slow.
    Simulate {
        /// Handed to the program `simulate`: `--seeds 10000`, `--first SEED`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure. Figures and the command that made them go to docs/performance.md.
    Bench {
        /// What to measure: intake, qr or mrz.
        subject: bench::Subject,
        /// Handed to the program `bench`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Meet programs of others: a real Postfix, Schemathesis over the running server, promtool.
    Interop,
    /// Check what can be known of the phones' half without a phone.
    MobileCheck(mobile::Options),
    /// Tauri's command line for phones: `phone android build --apk`. Needs their SDKs.
    Phone {
        /// Which kind.
        kind: mobile::build::Kind,
        /// Handed to `cargo tauri android` or `cargo tauri ios`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Feed every reader of strangers' bytes with what a fuzzer invents (Linux).
    Fuzz(fuzz::Options),
    /// Take the pictures of every screen into docs/screens.
    Screens,
}

fn cards(arguments: &[String]) -> anyhow::Result<()> {
    build::programs(&["cards"])?;
    run::program(&places::built("cards")).args(arguments).go()
}

fn main() -> ExitCode {
    let done = match Arguments::parse().verb {
        Verb::Demo(options) => demo::demo(&options),
        Verb::Test(options) | Verb::Ci(options) => test::test(&options),
        Verb::Gen { tree: true } => one_tree::write(),
        Verb::Gen { tree: false } => one_tree::write().and_then(|()| generated::write()),
        Verb::Tidy(options) => tidy::run(&options),
        Verb::Cards { arguments } => cards(&arguments),
        Verb::Kills {
            count, phone: true, ..
        } => bench::phone_kills(count.unwrap_or(20)),
        Verb::Kills {
            count,
            power,
            calls,
            minutes,
            ..
        } => {
            let (how, usual) = match (power, calls) {
                (true, _) => (bench::ServerEnds::WithoutPower, 1_000),
                (_, true) => (bench::ServerEnds::AtACall, 300),
                _ => (bench::ServerEnds::Killed, 200),
            };
            bench::kills(how, count.unwrap_or(usual), minutes)
        }
        Verb::Deny => supply::deny(),
        Verb::Sbom => supply::sbom(),
        Verb::Flips { count } => bench::flips(count),
        Verb::Simulate { arguments } => bench::simulate(&arguments),
        Verb::Bench { subject, arguments } => bench::bench(subject, &arguments),
        Verb::Interop => interop::interop(),
        Verb::Phone { kind, arguments } => mobile::build::tauri(kind, &arguments),
        Verb::MobileCheck(options) => mobile::check(&options),
        Verb::Fuzz(options) => fuzz::fuzz(&options),
        Verb::Screens => screens::screens(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("xtask: {fault:#}");
            ExitCode::FAILURE
        }
    }
}
