//! Faults of the server's machine: its disk, its clock.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// A disk of a few megabytes. Needs root to mount it.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// A tmpfs of this size in MiB; `None` without the right to mount.
    pub fn new(mebibytes: u32) -> io::Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        let mounted = Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={mebibytes}m"),
                "apoyo-e2e",
            ])
            .arg(folder.path())
            .output()?;
        Ok(mounted.status.success().then_some(Self { folder }))
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Bytes that are still free.
    pub fn free(&self) -> io::Result<u64> {
        let told = Command::new("df")
            .args(["--output=avail", "-B1"])
            .arg(self.path())
            .output()?;
        String::from_utf8_lossy(&told.stdout)
            .lines()
            .nth(1)
            .and_then(|line| line.trim().parse().ok())
            .ok_or_else(|| io::Error::other("df says nothing"))
    }

    /// Fills it until `left` bytes are free; dropping the ballast makes room again.
    pub fn fill(&self, left: u64) -> io::Result<Ballast> {
        let path = self.path().join("ballast");
        let mut file = fs::File::create(&path)?;
        let ballast = Ballast { path };
        let block = [7; 4096];
        while self.free()? > left + 1024 * 1024 {
            file.write_all(&block.repeat(64))?;
        }
        while self.free()? > left {
            if file.write_all(&block).is_err() {
                break;
            }
        }
        file.sync_all()?;
        Ok(ballast)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazy: the server may still hold a file for a moment.
        let _ = Command::new("umount").arg("-l").arg(self.path()).output();
    }
}

/// What takes up the room on a small disk.
pub struct Ballast {
    path: PathBuf,
}

impl Drop for Ballast {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// strace, attached to a running process to make some of its system calls fail.
struct Spoiled {
    strace: Child,
}

impl Spoiled {
    /// Makes these calls fail from now on, in the syntax of strace's `inject`.
    fn calls(pid: u32, calls: &str, how: &str) -> io::Result<Self> {
        let mut strace = Command::new("strace")
            .args(["-f", "-e", &format!("trace={calls}")])
            .args(["-e", &format!("inject={calls}:{how}")])
            .args(["-p", &pid.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|_| io::Error::other("no strace: apt-get install strace"))?;
        let said = strace.stderr.take().expect("piped above");
        let mut said = BufReader::new(said);
        let mut line = String::new();
        said.read_line(&mut line)?;
        // It prints every thread and every call. The output is not needed, but it has to be read,
        // because a full pipe would block it.
        thread::spawn(move || io::copy(&mut said, &mut io::sink()));
        let spoiled = Self { strace };
        match line.contains("attached") {
            true => Ok(spoiled),
            false => Err(io::Error::other(line)),
        }
    }
}

impl Drop for Spoiled {
    fn drop(&mut self) {
        let _ = self.strace.kill();
        let _ = self.strace.wait();
    }
}

/// A disk that no longer makes anything durable: every `fsync` of a process answers EIO.
pub struct BrokenDisk {
    _spoiled: Spoiled,
}

impl BrokenDisk {
    /// Breaks it under a running process, from the next flush on.
    pub fn under(pid: u32) -> io::Result<Self> {
        let spoiled = Spoiled::calls(pid, "fsync,fdatasync,syncfs", "error=EIO")?;
        Ok(Self { _spoiled: spoiled })
    }

    /// Only the nth flush of each thread fails; those before and after it are good.
    pub fn at_flush(pid: u32, nth: u64) -> io::Result<Self> {
        let how = format!("error=EIO:when={nth}");
        let spoiled = Spoiled::calls(pid, "fsync,fdatasync,syncfs", &how)?;
        Ok(Self { _spoiled: spoiled })
    }

    /// Nothing of the database can be read any more (`lseek` comes before each of its reads).
    pub fn unreadable(pid: u32) -> io::Result<Self> {
        let spoiled = Spoiled::calls(pid, "pread64,lseek", "error=EIO")?;
        Ok(Self { _spoiled: spoiled })
    }
}

/// The calls by which a server changes durable data.
const MARKS: &str = "fdatasync,fsync,syncfs,rename,renameat,renameat2,unlink,unlinkat";

/// Kills a process as it makes one of those calls for the nth time.
pub struct Doom {
    _spoiled: Spoiled,
}

impl Doom {
    /// Attaches to a running process. Each thread counts its own calls, and each kind of call separately.
    pub fn of(pid: u32, nth: u64) -> io::Result<Self> {
        let how = format!("signal=SIGKILL:when={nth}");
        let spoiled = Spoiled::calls(pid, MARKS, &how)?;
        Ok(Self { _spoiled: spoiled })
    }

    /// The command to start a program under, so that it dies at its nth call, perhaps before it listens.
    pub fn from_the_start(nth: u64) -> Vec<String> {
        let words = [
            "strace",
            "-f",
            "-o",
            "/dev/null",
            "-e",
            &format!("trace={MARKS}"),
            "-e",
            &format!("inject={MARKS}:signal=SIGKILL:when={nth}"),
        ];
        words.map(str::to_owned).to_vec()
    }
}

/// A clock that can be moved while a process runs under it (libfaketime).
#[derive(Debug)]
pub struct MovableClock {
    file: tempfile::NamedTempFile,
}

impl MovableClock {
    /// A clock that shows the true time until it is moved.
    ///
    /// # Panics
    /// Without libfaketime, with the line that installs it.
    pub fn new() -> io::Result<Self> {
        let clock = Self {
            file: tempfile::NamedTempFile::new()?,
        };
        clock.set(0)?;
        Ok(clock)
    }

    fn set(&self, seconds: i64) -> io::Result<()> {
        fs::write(self.file.path(), format!("{seconds:+}\n"))
    }

    /// Sets the clock this much ahead of the true time.
    pub fn ahead(&self, by: Duration) -> io::Result<()> {
        self.set(by.as_secs() as i64)
    }

    /// Sets the clock this much behind the true time.
    pub fn behind(&self, by: Duration) -> io::Result<()> {
        self.set(-(by.as_secs() as i64))
    }

    /// The environment of a process that uses this clock.
    pub fn environment(&self) -> Vec<(String, String)> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        vec![
            pair("LD_PRELOAD", library()),
            pair(
                crate::server::CLOCK,
                self.file.path().to_str().expect("a plain path"),
            ),
            pair("FAKETIME_NO_CACHE", "1"),
            // Pauses and time-outs use the true time.
            pair("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            pair("DONT_FAKE_MONOTONIC", "1"),
        ]
    }
}

fn library() -> &'static str {
    const PLACES: [&str; 4] = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
        "/usr/lib64/faketime/libfaketimeMT.so.1",
        "/usr/lib/faketime/libfaketimeMT.so.1",
    ];
    PLACES
        .into_iter()
        .find(|place| Path::new(place).exists())
        .expect("libfaketime moves the server's clock: apt-get install libfaketime")
}
