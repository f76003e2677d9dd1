//! Unreferenced files, put aside at a start, and deleted only on an operator's command.

use super::{Lost, places::move_new};
use chrono::DateTime;
use protocol::environment::Timestamp;
use std::{
    ffi::OsString,
    fs,
    io::{self, ErrorKind},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// One of these files.
struct LostFile {
    path: PathBuf,
    bytes: u64,
    /// When it was moved here: a move changes the inode's time and not the content's.
    since: Timestamp,
}

fn list(folder: &Path) -> io::Result<Vec<LostFile>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = match entry.metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            found => found?,
        };
        if found.is_file() {
            files.push(LostFile {
                path: entry.path(),
                bytes: found.len(),
                since: DateTime::from_timestamp(found.ctime(), 0).unwrap_or_default(),
            });
        }
    }
    Ok(files)
}

/// The files in the folder.
pub(super) fn count(folder: &Path) -> io::Result<Lost> {
    let files = list(folder)?;
    Ok(Lost {
        files: files.len() as u64,
        bytes: files.iter().map(|file| file.bytes).sum(),
        oldest: files.iter().map(|file| file.since).min(),
    })
}

/// Deletes the files that were put aside before this moment; returns their numbers.
pub(super) fn delete(folder: &Path, before: Timestamp) -> io::Result<Lost> {
    let mut deleted = Lost::default();
    for file in list(folder)? {
        if file.since < before {
            fs::remove_file(&file.path)?;
            deleted.files += 1;
            deleted.bytes += file.bytes;
            deleted.oldest = deleted.oldest.into_iter().chain([file.since]).min();
        }
    }
    Ok(deleted)
}

/// Moves a file into `folder` under its own name. Where that name is taken, a number follows it:
/// no file is ever replaced.
pub(super) fn put_aside(folder: &Path, file: &Path) -> io::Result<()> {
    let name = file.file_name().unwrap_or_default();
    for number in 0..=u32::MAX {
        let mut aside = OsString::from(name);
        if number > 0 {
            aside.push(format!(".{number}"));
        }
        match move_new(file, &folder.join(aside)) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            moved => return moved,
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn the_same_name_twice_is_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let lost = folder.path().join("lost");
        fs::create_dir(&lost).unwrap();
        let file = folder.path().join("file");
        for content in ["one", "two", "three"] {
            fs::write(&file, content).unwrap();
            put_aside(&lost, &file).unwrap();
            assert!(!file.exists());
        }
        let read = |name| fs::read_to_string(lost.join(name)).unwrap();
        assert_eq!(
            [read("file"), read("file.1"), read("file.2")],
            ["one", "two", "three"]
        );
    }

    #[test]
    fn only_what_was_put_aside_before_the_moment_is_deleted() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("one"), "12345").unwrap();
        fs::create_dir(folder.path().join("folder")).unwrap();
        let there = count(folder.path()).unwrap();
        assert_eq!((there.files, there.bytes), (1, 5));
        let since = there.oldest.unwrap();
        let kept = delete(folder.path(), since).unwrap();
        assert_eq!(kept.files, 0, "put aside at that moment, not before it");
        let gone = delete(folder.path(), since + TimeDelta::seconds(1)).unwrap();
        assert_eq!((gone.files, gone.bytes), (1, 5));
        assert_eq!(count(folder.path()).unwrap(), Lost::default());
    }
}
