//! Failures of commands, with their exit codes.

use std::{fmt, process::ExitCode};

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// Disk, network, configuration, another server: exit code 1.
    Fault(anyhow::Error),
    /// The request contradicts existing data: exit code 3.
    Refused(String),
    /// The data has errors and nothing was changed: exit code 4.
    BadData(String),
    /// No number may be given: exit code 5.
    Numbers(String),
}

impl Failure {
    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Fault(_) => 1,
            Failure::Refused(_) => 3,
            Failure::BadData(_) => 4,
            Failure::Numbers(_) => 5,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Fault(error) => write!(f, "{error:#}"),
            Failure::Refused(why) | Failure::BadData(why) | Failure::Numbers(why) => {
                f.write_str(why)
            }
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::Fault(error.into())
    }
}
