//! The operator of this command, and the reason.
//!
//! A name is not proved: it is the account of the system, or the value of `--as`.

use super::Failure;
use clap::Args;
use protocol::environment::{Clock, SystemClock};
use std::{env, sync::OnceLock};
use storage::audit::{Operator, OperatorName};

/// One process is one command of one operator.
static THIS: OnceLock<Operator> = OnceLock::new();

/// What every verb may be told of the operator.
#[derive(Debug, Args)]
pub struct Asked {
    /// The operator's name, for the audit record; by default the system's account.
    #[arg(long = "as", global = true, value_name = "NAME")]
    name: Option<String>,
    /// Why it is done, for the audit record.
    #[arg(long, global = true, value_name = "TEXT")]
    why: Option<String>,
}

impl Asked {
    /// Records the operator of this command.
    pub fn note(self) -> Result<(), Failure> {
        let account = account();
        let name = match &self.name {
            Some(name) if *name != account => format!("{name} (account {account})"),
            _ => account,
        };
        let operator = Operator {
            name: parse(&name)?,
            at: SystemClock.now(),
            why: self.why.unwrap_or_default(),
            about: None,
            approved: None,
        };
        drop(THIS.set(operator));
        Ok(())
    }
}

/// Parses a name.
fn parse(text: &str) -> Result<OperatorName, Failure> {
    text.parse()
        .map_err(|bad| Failure::Refused(format!("--as \"{text}\": {bad}")))
}

/// The system's account of this process.
fn account() -> String {
    let named = ["SUDO_USER", "USER", "LOGNAME"].map(|name| env::var(name).ok());
    let named = named.into_iter().flatten().find(|name| !name.is_empty());
    named.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

/// The operator that runs this command; `None` in a server.
pub fn this() -> Option<&'static Operator> {
    THIS.get()
}
