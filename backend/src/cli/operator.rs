//! Who runs this command, and why.
//!
//! A name is what somebody called themselves: by default the account of the system, else `--as`.

use super::Failure;
use clap::Args;
use protocol::environment::{Clock, SystemClock};
use std::{env, sync::OnceLock};
use storage::audit::{ACCOUNT, Operator, OperatorName};

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
    /// Notes who runs this command.
    pub fn note(self) -> Result<(), Failure> {
        let account = account();
        let name = match &self.name {
            Some(name) if *name != account => format!("{name}{ACCOUNT}{account})"),
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

/// Reads a name.
fn parse(text: &str) -> Result<OperatorName, Failure> {
    text.parse()
        .map_err(|bad| Failure::Refused(format!("--as \"{text}\": {bad}")))
}

/// The system's account that runs this.
fn account() -> String {
    let named = ["SUDO_USER", "USER", "LOGNAME"].map(|name| env::var(name).ok());
    let named = named.into_iter().flatten().find(|name| !name.is_empty());
    named.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()))
}

/// The operator that runs this command; `None` in a server.
pub fn this() -> Option<&'static Operator> {
    THIS.get()
}
