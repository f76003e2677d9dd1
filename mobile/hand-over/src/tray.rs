//! The folder where a file waits for the system to read it: `shared` in the app's cache, which
//! Android's FileProvider may show to others (res/xml/file_paths.xml). It never holds more than
//! one file.

use crate::{File, Result};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// The folder's name; `file_paths.xml` names the same.
const NAME: &str = "shared";

/// The folder.
pub(crate) struct Tray(PathBuf);

impl Tray {
    /// The one below the app's cache.
    pub fn below(cache: &Path) -> Self {
        Self(cache.join(NAME))
    }

    /// Lays a file there in place of the one before, and answers its path.
    pub fn lay(&self, file: &File) -> Result<PathBuf> {
        self.clear()?;
        fs::create_dir_all(&self.0)?;
        let path = self.0.join(file.name());
        let mut out = fs::File::create_new(&path)?;
        out.write_all(file.bytes())?;
        out.sync_all()?;
        Ok(path)
    }

    /// Removes what is there. Nothing happens where there is nothing.
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
