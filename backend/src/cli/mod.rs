//! The command line: one file per verb.

mod apoyos;
mod approve;
mod attestation;
mod audit;
mod binding;
mod campaigns;
mod clock;
mod devices;
mod doctor;
mod failure;
mod head;
mod init;
mod judge;
mod keys;
mod logs;
mod mail;
mod open;
mod operator;
mod operators;
mod pictures;
mod processes;
mod read_back;
mod recover;
mod roll;
mod serve;
mod tags;
mod tally;
mod toml_file;
mod two_names;

use clap::{Parser, Subcommand};
use failure::Failure;
use std::{path::PathBuf, process::ExitCode};

const AFTER_HELP: &str = "\
A first server, from nothing:
  apoyo init
  apoyo process create proceso.toml
  apoyo campaign create campania.toml
  apoyo roll import lista.csv --lines N --sha256 HEX --version NAME --day DAY
  apoyo serve --config apoyo.toml

Exit codes:
  0  done
  1  a fault (disk, network, another server on the same folder)
  2  the command line was not understood
  3  refused: it contradicts what is there
  4  the data has errors; nothing was changed
  5  no number may be given: the database and the head do not fit (apoyo recover --help)";

/// Receives, judges and counts the apoyos of citizens.
#[derive(Debug, Parser)]
#[command(name = "apoyo", version, after_help = AFTER_HELP)]
struct Cli {
    /// The folder that holds everything: database, pictures, roll, keys, outbox.
    #[arg(
        long,
        global = true,
        env = "APOYO_DATA",
        default_value = "./data",
        value_name = "DIR"
    )]
    data: PathBuf,
    /// The folder of the head, which says how far numbers were given: never inside of what a
    /// backup of the data brings back. Without it: next to the data folder, with "-head" behind
    /// its name.
    #[arg(long, global = true, env = "APOYO_HEAD", value_name = "DIR")]
    head: Option<PathBuf>,
    #[command(flatten)]
    operator: operator::Asked,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a data folder.
    Init(init::Init),
    /// Run the server.
    Serve(serve::Serve),
    /// The roll (lista nominal).
    #[command(subcommand)]
    Roll(roll::Roll),
    /// Processes: what campaigns belong to.
    #[command(subcommand)]
    Process(processes::Process),
    /// Campaigns: who asks for apoyo.
    #[command(subcommand)]
    Campaign(campaigns::Campaign),
    /// Apoyos that came as files.
    #[command(subcommand)]
    Apoyo(apoyos::Apoyo),
    /// Judge again what has a verdict.
    #[command(subcommand)]
    Judge(judge::Judge),
    /// Show a campaign's tally.
    Tally(tally::Tally),
    /// Look whether everything is as it should be.
    Doctor(doctor::Doctor),
    /// Go on after a backup was put back.
    Recover(recover::Recover),
    /// The server's time.
    #[command(subcommand)]
    Clock(clock::Clock),
    /// The keys that apoyos are sealed to.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Pictures whose key is elsewhere.
    #[command(subcommand)]
    Pictures(pictures::Pictures),
    /// What phones' hardware says about their keys.
    #[command(subcommand)]
    Attestation(attestation::Attestation),
    /// Activated phones.
    #[command(subcommand)]
    Device(devices::Device),
    /// Mails with codes: which wait, which came back.
    #[command(subcommand)]
    Mail(mail::Mail),
    /// What operators did, and whether that record is whole.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Approve what another operator has proposed.
    Approve(approve::Approve),
    /// The key of people's pseudonyms, with a user of its own.
    #[command(subcommand)]
    Tags(tags::Tags),
    /// How many names are asked for.
    #[command(subcommand)]
    Operators(operators::Operators),
    /// Read the QRs of one picture: picture in, JSON out. The server runs this as a child.
    #[command(hide = true, name = crate::read_back::SUBCOMMAND)]
    ReadBack(read_back::ReadBack),
}

/// Runs what the arguments of this process say.
pub fn main() -> ExitCode {
    let Cli {
        data,
        head,
        operator,
        verb,
    } = Cli::parse();
    let head = head.as_deref();
    let done = operator.note().and_then(|()| match verb {
        Verb::Init(init) => init.run(&data),
        Verb::Serve(serve) => serve.run(&data, head),
        Verb::Roll(roll) => roll.run(&data),
        Verb::Process(process) => process.run(&data),
        Verb::Campaign(campaign) => campaign.run(&data),
        Verb::Apoyo(apoyo) => apoyo.run(),
        Verb::Judge(judge) => judge.run(&data),
        Verb::Tally(tally) => tally.run(&data),
        Verb::Doctor(doctor) => doctor.run(&data, head),
        Verb::Recover(recover) => recover.run(&data, head),
        Verb::Clock(clock) => clock.run(&data),
        Verb::Keys(keys) => keys.run(&data),
        Verb::Pictures(pictures) => pictures.run(&data),
        Verb::Attestation(attestation) => attestation.run(&data),
        Verb::Device(device) => device.run(&data),
        Verb::Mail(mail) => mail.run(&data),
        Verb::Audit(audit) => audit.run(&data),
        Verb::Approve(approve) => approve.run(&data),
        Verb::Tags(tags) => tags.run(),
        Verb::Operators(operators) => operators.run(&data),
        Verb::ReadBack(asked) => read_back::run(&asked),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("apoyo: {failure}");
            failure.exit_code()
        }
    }
}

/// Runs one short piece of asynchronous work.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together_and_explains_its_exit_codes() {
        Cli::command().debug_assert();
        let help = Cli::command().render_long_help().to_string();
        assert!(help.contains("Exit codes") && !help.contains("read-back"));
    }
}
