//! Starts other programs, and names them in its errors.

use crate::{places, totals::Totals};
use anyhow::{Context, Result, bail};
use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

/// A program with its arguments, to be run from the root of the workspace.
pub struct Run {
    command: Command,
    shown: String,
}

/// `cargo …`, the one that runs us.
pub fn cargo<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Run {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut run = program(Path::new(&cargo));
    run.shown = "cargo".into();
    run.args(arguments)
}

/// Any other program.
pub fn program(path: &Path) -> Run {
    let mut command = Command::new(path);
    command.current_dir(places::root());
    let shown = path.file_name().unwrap_or(path.as_os_str());
    Run {
        command,
        shown: shown.to_string_lossy().into_owned(),
    }
}

impl Run {
    /// More arguments.
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        for argument in arguments {
            self.shown.push(' ');
            self.shown.push_str(&argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// A variable of its environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Another folder to run in.
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it on this terminal; anything but success is a fault.
    pub fn go(mut self) -> Result<()> {
        let status = self.command.status().with_context(|| self.missing())?;
        if !status.success() {
            bail!("`{}` ended with {status}", self.shown);
        }
        Ok(())
    }

    /// Runs it and returns its output; anything but success is a fault.
    pub fn read(mut self) -> Result<String> {
        let output = self.command.output().with_context(|| self.missing())?;
        if !output.status.success() {
            bail!(
                "`{}` ended with {}: {}",
                self.shown,
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Whether it runs and succeeds; prints nothing.
    pub fn succeeds(mut self) -> bool {
        let quiet = self.command.stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    }

    /// Runs it, shows its output and counts the tests of its summary lines.
    pub fn count(mut self, totals: &mut Totals) -> Result<()> {
        self.command.env("NO_COLOR", "1").stdout(Stdio::piped());
        let mut child = self.command.spawn().with_context(|| self.missing())?;
        let printed = child.stdout.take().context("its output was not piped")?;
        let before = *totals;
        for line in BufReader::new(printed).lines() {
            // A line that is not text (a broken test's output) is skipped.
            let line = line.unwrap_or_default();
            println!("{line}");
            totals.add_line(&line);
        }
        std::io::stdout().flush().ok();
        let status = child.wait()?;
        if !status.success() {
            totals.fail_at_least_one(before);
            bail!("`{}` ended with {status}", self.shown);
        }
        if totals.passed == before.passed {
            bail!("`{}` succeeded without running a single test", self.shown);
        }
        Ok(())
    }

    /// The command itself, for a caller that keeps the program running.
    pub fn into_command(self) -> Command {
        self.command
    }

    fn missing(&self) -> String {
        format!("`{}` cannot be started", self.shown)
    }
}
