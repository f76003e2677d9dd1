//! The folder where a file waits for the system: `shared` in the app's cache, which Android's
//! FileProvider may share with other apps (res/xml/file_paths.xml). It holds at most one file.

use crate::{File, Result};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// The folder's name, the same as in `file_paths.xml`.
const NAME: &str = "shared";

/// The folder.
pub(crate) struct Tray(PathBuf);

impl Tray {
    /// The folder below the app's cache.
    pub fn below(cache: &Path) -> Self {
        Self(cache.join(NAME))
    }

    /// Puts a file there, which replaces the one before, and returns its path.
    pub fn lay(&self, file: &File) -> Result<PathBuf> {
        self.clear()?;
        fs::create_dir_all(&self.0)?;
        let path = self.0.join(file.name());
        let mut out = fs::File::create_new(&path)?;
        out.write_all(file.bytes())?;
        out.sync_all()?;
        Ok(path)
    }

    /// Removes the file. Does nothing if there is none.
    pub fn clear(&self) -> Result<()> {
        match fs::remove_dir_all(&self.0) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault.into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tray_holds_one_file_and_is_cleared() {
        let cache = tempfile::tempdir().unwrap();
        let tray = Tray::below(cache.path());
        tray.clear().unwrap();
        let file = |name: &str| File::new(name, "a/b", b"uno".to_vec()).unwrap();
        let first = tray.lay(&file("a.json")).unwrap();
        assert_eq!(fs::read(&first).unwrap(), b"uno");
        let second = tray.lay(&file("b.json")).unwrap();
        assert_eq!(second, cache.path().join("shared/b.json"));
        assert!(!first.exists(), "the file before is gone");
        tray.clear().unwrap();
        assert!(!second.exists());
    }
}
