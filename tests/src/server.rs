//! The server as a process.

use crate::binary;
use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader, Read},
    net::SocketAddr,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

/// How long a start may take, with recovery.
const START: Duration = Duration::from_secs(30);
/// How long a stop may take, with requests that are under way.
const STOP: Duration = Duration::from_secs(30);

/// How a server is started.
#[derive(Debug, Clone, Default)]
pub struct Launch {
    /// The data folder.
    pub data: PathBuf,
    /// `--config`
    pub config: Option<PathBuf>,
    /// Environment variables in addition to those of the test.
    pub environment: Vec<(String, String)>,
    /// A program and its arguments to run the server under (`prlimit ...`).
    pub under: Vec<String>,
}

/// What says that a process runs under a clock of its own.
pub const CLOCK: &str = "FAKETIME_TIMESTAMP_FILE";

/// A running server. Dropping it kills it.
pub struct ServerProcess {
    child: Child,
    address: SocketAddr,
    operators: SocketAddr,
    said: Arc<Mutex<Vec<String>>>,
    readers: Vec<thread::JoinHandle<()>>,
}

impl Launch {
    fn command(&self) -> Command {
        match self.under.split_first() {
            None => Command::new(binary::apoyo()),
            Some((program, arguments)) => {
                let mut command = Command::new(program);
                command.args(arguments).arg(binary::apoyo());
                command
            }
        }
    }

    /// Starts it and kills it after this time, perhaps before it listens.
    pub fn die_while_starting(&self, after: Duration) -> io::Result<()> {
        // In a process group of its own, because the program that it runs under would leave it running.
        let mut child = self.serve().process_group(0).spawn()?;
        thread::sleep(after);
        Command::new("kill")
            .args(["-KILL", "--", &format!("-{}", child.id())])
            .stderr(Stdio::null())
            .status()?;
        child.wait()?;
        Ok(())
    }

    fn serve(&self) -> Command {
        let mut command = self.command();
        command
            .arg("serve")
            .arg("--data")
            .arg(&self.data)
            .args(["--listen", "127.0.0.1:0", "--operators", "127.0.0.1:0"])
            .arg("--no-relay")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        command.envs(self.environment.iter().map(|(k, v)| (k, v)));
        command
    }

    /// Starts it and waits until it has printed its address.
    pub fn start(&self) -> io::Result<ServerProcess> {
        let mut command = self.serve();
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let said = Arc::new(Mutex::new(Vec::new()));
        let (send, found) = mpsc::channel();
        let out = child.stdout.take().expect("piped above");
        let err = child.stderr.take().expect("piped above");
        let readers = vec![
            listen(out, said.clone(), send.clone()),
            listen(err, said.clone(), send),
        ];
        let both = found.recv_timeout(START).and_then(|address| {
            // The line for operators follows the one for phones.
            Ok((address, found.recv_timeout(START)?))
        });
        match both {
            Ok((address, operators)) => Ok(ServerProcess {
                child,
                address,
                operators,
                said,
                readers,
            }),
            Err(_) => {
                let _ = child.kill();
                let status = child.wait()?;
                for reader in readers {
                    let _ = reader.join();
                }
                let said = said.lock().expect("nobody panics with it").join("\n");
                Err(io::Error::other(format!("no server ({status}):\n{said}")))
            }
        }
    }
}

/// Collects the server's output and finds the address in it.
fn listen(
    from: impl Read + Send + 'static,
    said: Arc<Mutex<Vec<String>>>,
    found: mpsc::Sender<SocketAddr>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if let Some(address) = address_in(&line) {
                // After the second address the receiver is dropped.
                let _ = found.send(address);
            }
            said.lock().expect("nobody panics with it").push(line);
        }
    })
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, after) = line.split_once("http://")?;
    let end = after.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':');
    after[..end.unwrap_or(after.len())].parse().ok()
}

impl ServerProcess {
    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where operators ask.
    pub fn operators(&self) -> SocketAddr {
        self.operators
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its output so far.
    pub fn said(&self) -> String {
        self.said.lock().expect("nobody panics with it").join("\n")
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// `kill -9`.
    pub fn kill(mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop, as an operator would, and waits for its end.
    pub fn stop(mut self) -> io::Result<(ExitStatus, String)> {
        let status = self.terminate()?;
        for reader in std::mem::take(&mut self.readers) {
            let _ = reader.join();
        }
        let said = self.said();
        Ok((status, said))
    }

    fn terminate(&mut self) -> io::Result<ExitStatus> {
        // The child is not reaped yet, so its process id is not reused.
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()?;
        if !asked.success() {
            return self.child.wait();
        }
        self.wait_for_end(STOP)
    }

    /// Waits until it ends by itself.
    pub fn wait_for_end(&mut self, patience: Duration) -> io::Result<ExitStatus> {
        let until = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if Instant::now() > until {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    format!("the server did not end:\n{}", self.said()),
                ));
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // Already gone after `kill` and `stop`.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs one of the server's commands on a data folder.
pub fn apoyo<I, S>(data: &Path, arguments: I) -> io::Result<Output>
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    apoyo_under(&[], data, arguments)
}

/// The same with the server's clock, where that one was moved.
pub fn apoyo_under<I, S>(
    environment: &[(String, String)],
    data: &Path,
    arguments: I,
) -> io::Result<Output>
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let moved = environment.iter().any(|(name, _)| name == CLOCK);
    let environment = if moved { environment } else { &[] };
    Command::new(binary::apoyo())
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null())
        .output()
}
