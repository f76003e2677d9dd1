//! Bounce reports from a maildir, into which the operator's mail server delivers the mails to our
//! envelope address.
//!
//! A report that was understood is removed, because it holds a person's address. Any other message is
//! moved to `cur/`, where a person can read it.

use server_core::{
    Core,
    mail::bounces::{LONGEST, Taken, take},
};
use std::{
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};
use storage::StorageError;

/// Messages in one round, so that other work gets its turn.
const AT_ONCE: usize = 100;

/// Why a round failed. Messages that were not taken stay and are read again.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// The folder cannot be read.
    #[error(transparent)]
    Folder(#[from] io::Error),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Takes the new messages; returns how many they were.
pub async fn read_new(core: &Core, folder: &Path) -> Result<usize, NotRead> {
    let new = folder.join("new");
    let files = blocking(move || names(&new)).await?;
    let count = files.len();
    for path in files {
        let file = path.clone();
        let raw = blocking(move || read_front(&file)).await?;
        let taken = take(core, &raw).await?;
        let folder = folder.to_owned();
        blocking(move || match taken {
            Taken::Noted | Taken::NothingNew => fs::remove_file(&path),
            Taken::NotOurs => put_aside(&folder, &path),
        })
        .await?;
    }
    Ok(count)
}

/// Ordinary files, the oldest names first.
fn names(new: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(new)? {
        let entry = entry?;
        // Links are not followed.
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    files.truncate(AT_ONCE);
    Ok(files)
}

fn read_front(path: &Path) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    fs::File::open(path)?
        .take(LONGEST as u64)
        .read_to_end(&mut raw)?;
    Ok(raw)
}

/// Moves a message to `cur/`, not marked as read.
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
