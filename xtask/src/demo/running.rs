//! Programs that run as long as this one.

use crate::run::Run;
use anyhow::{Context, Result, bail};
use std::{
    fs::File,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Stdio},
    thread::sleep,
    time::Duration,
};

/// A program that runs. Dropping it stops it.
pub struct Running {
    name: String,
    child: Child,
}

impl Running {
    /// Starts it, with its output in `log`.
    ///
    /// `setpriv` has the kernel end it when this process ends, so that even after a kill no server is
    /// left running.
    pub fn start(name: &str, program: &Path, arguments: Run, log: &Path) -> Result<Self> {
        let out = File::create(log)?;
        let given = arguments.into_command();
        let mut command = std::process::Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", "--"]).arg(program);
        command.args(given.get_args());
        for (variable, value) in given.get_envs() {
            if let Some(value) = value {
                command.env(variable, value);
            }
        }
        let errors = out.try_clone()?;
        let child = command
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(errors)
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
        })
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Waits until it answers at this address.
    pub fn until_it_answers(&mut self, address: SocketAddr, path: &str, log: &Path) -> Result<()> {
        for _ in 0..300 {
            if self.has_ended()? {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                bail!("{} ended at once and said:\n{said}", self.name);
            }
            if answers(address, path).is_some_and(|status| status < 500) {
                return Ok(());
            }
            sleep(Duration::from_millis(100));
        }
        bail!(
            "{} does not answer at {address}; see {}",
            self.name,
            log.display()
        )
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The first free port from this one on.
pub fn free_port(first: u16) -> Result<u16> {
    (first..first.saturating_add(50))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .with_context(|| format!("no free port from {first} on"))
}

/// The status of `GET path`, if a server answers.
fn answers(address: SocketAddr, path: &str) -> Option<u16> {
    let patience = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, patience).ok()?;
    stream.set_read_timeout(Some(patience)).ok()?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )
    .ok()?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).ok()?;
    std::str::from_utf8(&head[9..]).ok()?.parse().ok()
}
