//! `read-card`: reads pictures of a credential and prints one line of JSON for each.
//!
//! The crate itself knows no files and no clock: both are here.

mod answer;
mod memory;
mod picture;

use answer::Answer;
use picture::Kind;
use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

const HELP: &str = "\
Reads pictures of a credential and prints one line of JSON for each.

read-card [--budget-ms N] [--kind back|front|selfie|signature] FILE...

  --budget-ms N  stop looking for codes and for the machine-readable zone after so many
                 milliseconds (default: everything there is)
  --kind KIND    what the pictures should show (default: back)";

struct Arguments {
    budget_ms: Option<u64>,
    kind: Kind,
    files: Vec<PathBuf>,
}

fn arguments() -> Result<Arguments, String> {
    let mut parsed = Arguments {
        budget_ms: None,
        kind: Kind::Back,
        files: Vec::new(),
    };
    let mut words = env::args_os().skip(1);
    while let Some(word) = words.next() {
        let mut value = |name: &str| {
            let value = words.next().ok_or(format!("{name} needs a value"))?;
            value.into_string().map_err(|_| format!("{name}: no text"))
        };
        match word.to_str() {
            Some("--budget-ms") => {
                let text = value("--budget-ms")?;
                let number = text.parse().map_err(|_| format!("{text} is no number"))?;
                parsed.budget_ms = Some(number);
            }
            Some("--kind") => parsed.kind = Kind::parse(&value("--kind")?)?,
            Some("--help" | "-h") => return Err(HELP.to_owned()),
            Some(other) if other.starts_with("--") => {
                return Err(format!("{other} is not known\n\n{HELP}"));
            }
            _ => parsed.files.push(word.into()),
        }
    }
    if parsed.files.is_empty() {
        return Err(HELP.to_owned());
    }
    Ok(parsed)
}

fn read(path: &Path, arguments: &Arguments) -> Answer {
    memory::reset_peak();
    let start = Instant::now();
    let late = || {
        arguments
            .budget_ms
            .is_some_and(|most| start.elapsed().as_millis() >= u128::from(most))
    };
    let mut answer = picture::read(path, arguments.kind, &late);
    answer.ms = (start.elapsed().as_secs_f64() * 1e4).round() / 10.0;
    answer.peak_bytes = memory::peak();
    answer
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(told) => {
            eprintln!("{told}");
            return ExitCode::from(2);
        }
    };
    let mut all_opened = true;
    for path in &arguments.files {
        let answer = read(path, &arguments);
        all_opened &= answer.error.is_none();
        let written = serde_json::to_writer(io::stdout().lock(), &answer)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(io::stdout()));
        if written.is_err() {
            // The reader of the pipe has gone.
            return ExitCode::FAILURE;
        }
    }
    if all_opened {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
