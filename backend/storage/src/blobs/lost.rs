//! Files that no row names, put aside at a start.

use super::places::move_new;
use std::{
    ffi::OsString,
    io::{self, ErrorKind},
    path::Path,
};

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
    use std::fs;

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
}
