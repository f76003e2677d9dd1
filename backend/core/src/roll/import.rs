//! `apoyo roll import`: from a file to the roll in force, all or nothing.
//!
//! One thread reads and parses lines, another hashes and stores them. Memory does not grow with the
//! file.

use super::{
    expected::{Expected, Unexpected},
    fault::FileFault,
    hashing::Hashing,
    line::{Line, Reject},
    rows::read_rows,
};
use crate::keys::Keys;
use protocol::{environment::Timestamp, ids::Sha256Hash};
use std::{
    fs::File,
    io::{self, BufWriter, Read, Write},
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};
use storage::{
    StorageError,
    roll::{RollEntry, RollImport, RollSource, RollVersion},
};

/// Lines that travel together between the threads.
const BATCH: usize = 2048;
/// Batches that may wait.
const WAITING: usize = 8;

/// How bad lines are treated, and what the file has to be.
#[derive(Debug, Clone, Default)]
pub struct Tolerance {
    /// The most bad lines with which the good ones are loaded.
    pub allow_rejects: u64,
    /// Whether rejects repeat the whole line (personal data!) next to its number.
    pub with_lines: bool,
    /// What the operator expects.
    pub expected: Expected,
}

/// The outcome of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Good lines.
    pub good: u64,
    /// Bad lines.
    pub bad: u64,
    /// The version in force now; `None`: nothing was loaded, the old roll stays.
    pub version: Option<RollVersion>,
}

/// Why an import failed. The old roll stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file as a whole cannot be read.
    #[error(transparent)]
    File(FileFault),
    /// It is not the roll that the operator means.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
    /// The file cannot be read, or the rejects cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<FileFault> for ImportError {
    fn from(fault: FileFault) -> Self {
        match fault {
            FileFault::Io(error) => ImportError::Io(error),
            fault => ImportError::File(fault),
        }
    }
}

enum LineRead {
    Good(u64, Line, Option<Vec<u8>>),
    Bad(u64, Reject, Option<Vec<u8>>),
}

/// Imports `file`. `rejects` is made when the first bad line is met, and removed before that.
pub fn import(
    file: &Path,
    rejects: &Path,
    tolerance: Tolerance,
    keys: &Keys,
    mut roll: Box<dyn RollImport>,
    now: Timestamp,
    progress: impl FnMut(u64) + Send,
) -> Result<Outcome, ImportError> {
    let reader = Hashing::new(File::open(file)?, progress);
    let with_lines = tolerance.with_lines;
    let mut rejects = Rejects::at(rejects)?;
    let (sender, receiver) = sync_channel(WAITING);
    let (good, bad, sha256) = thread::scope(|scope| {
        let reading = scope.spawn(move || read_lines(reader, with_lines, &sender));
        let stored = store_lines(&receiver, keys, &mut *roll, &mut rejects);
        // Dropped first, so that a reader that still has lines ends when storing failed.
        drop(receiver);
        let read = reading
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the reader stopped").into()));
        // A file that was not read to its end is not imported, even if all lines so far were stored. When
        // storing failed, the reader's count is meaningless.
        let (read, stored) = match stored {
            Err(error) if read.is_ok() => return Err(error),
            stored => (read, stored),
        };
        let ((lines, sha256), (good, bad)) = (read?, stored?);
        // Every line has to arrive at the other thread.
        let seen = good + bad;
        match lines == seen {
            true => Ok((good, bad, sha256)),
            false => Err(ImportError::from(FileFault::Uncounted { lines, seen })),
        }
    })?;
    rejects.finish()?;
    // An empty file is a mistake.
    let version = match bad <= tolerance.allow_rejects && good > 0 {
        true => {
            let expected = tolerance.expected;
            expected.meets(good + bad, sha256, roll.counts())?;
            roll.is_of(RollSource {
                sha256: Some(sha256),
                ..expected.source
            });
            Some(roll.finish(now)?)
        }
        false => None,
    };
    Ok(Outcome { good, bad, version })
}

/// Returns the number of lines, and the hash of the file.
fn read_lines(
    mut source: Hashing<impl Read, impl FnMut(u64)>,
    with_lines: bool,
    sender: &SyncSender<Vec<LineRead>>,
) -> Result<(u64, Sha256Hash), ImportError> {
    let mut batch = Vec::with_capacity(BATCH);
    let lines = read_rows(&mut source, |row| {
        let whole = with_lines.then(|| row.raw.to_vec());
        batch.push(match row.read {
            Ok(line) => LineRead::Good(row.number, line, whole),
            Err(reject) => LineRead::Bad(row.number, reject, whole),
        });
        if batch.len() < BATCH {
            return true;
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
        sender.send(full).is_ok()
    })?;
    // The other thread returns its own error.
    let _ = sender.send(batch);
    Ok((lines, source.hash()))
}

fn store_lines(
    receiver: &Receiver<Vec<LineRead>>,
    keys: &Keys,
    roll: &mut dyn RollImport,
    rejects: &mut Rejects,
) -> Result<(u64, u64), ImportError> {
    let (mut good, mut bad) = (0, 0);
    for read in receiver.iter().flatten() {
        let (number, reject, whole) = match read {
            LineRead::Good(number, line, whole) => match roll.add(entry(keys, &line))? {
                true => {
                    good += 1;
                    continue;
                }
                false => (number, Reject::Duplicate, whole),
            },
            LineRead::Bad(number, reject, whole) => (number, reject, whole),
        };
        bad += 1;
        rejects.write(number, reject, whole.as_deref())?;
    }
    Ok((good, bad))
}

fn entry(keys: &Keys, line: &Line) -> RollEntry {
    RollEntry {
        key: keys.roll_key(&line.cic, &line.identificador),
        person: keys.roll_person(&line.clave),
        place: line.place,
        situacion: line.situacion,
        vigencia: line.vigencia,
    }
}

/// The file of rejects: line number and reason.
struct Rejects<'p> {
    path: &'p Path,
    file: Option<BufWriter<File>>,
}

impl<'p> Rejects<'p> {
    fn at(path: &'p Path) -> io::Result<Self> {
        // Yesterday's rejects next to today's clean file would mislead.
        match std::fs::remove_file(path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(Self { path, file: None })
    }

    fn write(&mut self, line: u64, reject: Reject, whole: Option<&[u8]>) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let mut file = BufWriter::new(File::create(self.path)?);
                file.write_all(b"line,reason")?;
                file.write_all(if whole.is_some() { b",text\n" } else { b"\n" })?;
                none.insert(file)
            }
        };
        write!(file, "{line},\"{reject}\"")?;
        if let Some(whole) = whole {
            file.write_all(b",\"")?;
            for byte in whole {
                file.write_all(if *byte == b'"' {
                    b"\"\""
                } else {
                    std::slice::from_ref(byte)
                })?;
            }
            file.write_all(b"\"")?;
        }
        file.write_all(b"\n")
    }

    fn finish(self) -> io::Result<()> {
        match self.file {
            Some(file) => file.into_inner().map_err(io::Error::from)?.sync_all(),
            None => Ok(()),
        }
    }
}
