//! Reports from a maildir: the folder into which the operator's mail server delivers what is
//! sent to the address of our envelopes.
//!
//! What was understood is removed, since it holds a person's address; what was not is moved to
//! `cur/`, where a person can read it. A file that cannot be read, removed or moved costs that file:
//! it waits, longer every time, and the log names it for a person.

use server_core::{
    Core,
    mail::bounces::{LONGEST, Taken, take},
};
use std::{
    collections::HashMap,
    fs, io,
    io::Read,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use storage::StorageError;

/// Messages that are read before others get a turn.
const AT_ONCE: usize = 100;
/// The first pause of a file that cannot be dealt with; it doubles with every try.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Why new messages are not read. Those that were not taken stay, and are read again.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] io::Error),
    /// The storage refused.
    #[error(transparent)]
    Storage(StorageError),
}

/// What came of one look into the folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// Messages that were taken and are gone.
    pub taken: usize,
    /// Messages that could not be read, removed or moved.
    pub stuck: usize,
}

/// A file that could not be dealt with.
struct Stuck {
    tries: u32,
    next_try: Instant,
}

/// The folder, and the files in it that wait.
pub struct Maildir {
    folder: PathBuf,
    stuck: HashMap<PathBuf, Stuck>,
}

impl Maildir {
    /// The maildir in this folder.
    pub fn at(folder: PathBuf) -> Self {
        Self {
            folder,
            stuck: HashMap::new(),
        }
    }

    /// Takes what is new.
    pub async fn read_new(&mut self, core: &Core) -> Result<Looked, NotRead> {
        let new = self.folder.join("new");
        let mut files = blocking(move || names(&new)).await?;
        // What a person has put right or taken away is forgotten.
        self.stuck.retain(|path, _| files.contains(path));
        let now = Instant::now();
        files.retain(|path| {
            self.stuck
                .get(path)
                .is_none_or(|stuck| stuck.next_try <= now)
        });
        files.truncate(AT_ONCE);
        let mut looked = Looked::default();
        for path in files {
            match one(core, &self.folder, &path).await {
                Ok(()) => looked.taken += 1,
                Err(NotTaken::Storage(error)) => return Err(NotRead::Storage(error)),
                Err(NotTaken::File(why)) => {
                    looked.stuck += 1;
                    self.wait(path, &why);
                }
            }
        }
        Ok(looked)
    }

    fn wait(&mut self, path: PathBuf, why: &str) {
        let name = path.display();
        let before = self.stuck.get(&path).map_or(0, |stuck| stuck.tries);
        let pause = FIRST_PAUSE
            .saturating_mul(1 << before.min(10))
            .min(LONGEST_PAUSE);
        tracing::warn!(file = %name, why, pause_s = pause.as_secs(), "a report of delivery is stuck");
        let stuck = Stuck {
            tries: before.saturating_add(1),
            next_try: Instant::now() + pause,
        };
        self.stuck.insert(path, stuck);
    }
}

/// Why one message was not taken.
enum NotTaken {
    /// This file alone.
    File(String),
    /// The storage refuses every message.
    Storage(StorageError),
}

impl From<io::Error> for NotTaken {
    fn from(error: io::Error) -> Self {
        NotTaken::File(error.to_string())
    }
}

async fn one(core: &Core, folder: &Path, path: &Path) -> Result<(), NotTaken> {
    let file = path.to_owned();
    let raw = blocking(move || read_front(&file)).await?;
    let taken = take(core, &raw).await.map_err(|error| match error {
        StorageError::Item(why) => NotTaken::File(why),
        error => NotTaken::Storage(error),
    })?;
    let (folder, path) = (folder.to_owned(), path.to_owned());
    Ok(blocking(move || match taken {
        Taken::Noted | Taken::NothingNew => fs::remove_file(&path),
        Taken::NotOurs => put_aside(&folder, &path),
    })
    .await?)
}

/// Ordinary files, the oldest names first.
fn names(new: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(new)? {
        let entry = entry?;
        // Not what a link points to.
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn read_front(path: &Path) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    fs::File::open(path)?
        .take(LONGEST as u64)
        .read_to_end(&mut raw)?;
    Ok(raw)
}

/// To `cur/`, not marked as read.
fn put_aside(folder: &Path, path: &Path) -> io::Result<()> {
    let cur = folder.join("cur");
    fs::create_dir_all(&cur)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(":2,");
    fs::rename(path, cur.join(name))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
}
