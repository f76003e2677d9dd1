//! The twin for a computer: the folder of downloads.

use crate::{Error, File, HandedOver, How, Result};
use std::{
    fs,
    io::{self, Write},
    marker::PhantomData,
    path::{Path, PathBuf},
};
use tauri::{AppHandle, Manager, Runtime, plugin::PluginApi};

/// The most files of one name; more are a fault.
const MOST: u32 = 1000;

pub(crate) fn open<R: Runtime>(
    app: &AppHandle<R>,
    _api: &PluginApi<R, ()>,
) -> tauri::Result<HandOver<R>> {
    Ok(HandOver {
        downloads: app.path().download_dir().ok(),
        of: PhantomData,
    })
}

/// The system that takes files.
pub struct HandOver<R: Runtime> {
    /// The folder of downloads; a machine without users has none.
    downloads: Option<PathBuf>,
    of: PhantomData<fn() -> R>,
}

impl<R: Runtime> HandOver<R> {
    /// Saves a file among the downloads, under a free name.
    pub async fn give(&self, file: File, _how: How) -> Result<HandedOver> {
        let Some(downloads) = self.downloads.clone() else {
            return Ok(HandedOver::None);
        };
        tauri::async_runtime::spawn_blocking(move || save(&downloads, &file))
            .await
            .unwrap_or_else(|error| Err(Error::Other(error.to_string())))?;
        Ok(HandedOver::Gone)
    }
}

/// Writes the file; durable when it returns. A crash may leave a part of it under its name, but then
/// the screen has not called it saved.
fn save(folder: &Path, file: &File) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    for number in 0..MOST {
        let path = folder.join(numbered(file.name(), number));
        let mut out = match fs::File::create_new(&path) {
            Err(taken) if taken.kind() == io::ErrorKind::AlreadyExists => continue,
            opened => opened?,
        };
        let written = out.write_all(file.bytes()).and_then(|()| out.sync_all());
        if let Err(fault) = written {
            // Half a receipt must not look like a whole one.
            let _ = fs::remove_file(&path);
            return Err(fault.into());
        }
        return Ok(path);
    }
    Err(Error::Other("every name is taken".into()))
}

/// `a.json`, then `a (1).json`, as browsers do it.
fn numbered(name: &str, number: u32) -> String {
    match (number, name.rsplit_once('.')) {
        (0, _) => name.to_owned(),
        (_, Some((stem, ending))) => format!("{stem} ({number}).{ending}"),
        (_, None) => format!("{name} ({number})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_saved_and_takes_no_other_files_place() {
        let home = tempfile::tempdir().unwrap();
        let downloads = home.path().join("Descargas");
        let receipt = |text: &str| {
            let bytes = text.as_bytes().to_vec();
            File::new("recibo-1.json", "application/json", bytes).unwrap()
        };
        let first = save(&downloads, &receipt("uno")).unwrap();
        let second = save(&downloads, &receipt("dos")).unwrap();
        assert_eq!(first, downloads.join("recibo-1.json"));
        assert_eq!(second, downloads.join("recibo-1 (1).json"));
        assert_eq!(fs::read_to_string(first).unwrap(), "uno");
        assert_eq!(fs::read_to_string(second).unwrap(), "dos");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_a_fault() {
        let home = tempfile::tempdir().unwrap();
        let in_the_way = home.path().join("Descargas");
        fs::write(&in_the_way, "a file").unwrap();
        let file = File::new("a", "a/b", vec![1]).unwrap();
        assert!(save(&in_the_way, &file).is_err());
    }

    #[test]
    fn a_number_comes_before_the_ending() {
        assert_eq!(numbered("a.b.json", 2), "a.b (2).json");
        assert_eq!(numbered("a", 2), "a (2)");
        assert_eq!(numbered("a.json", 0), "a.json");
    }
}
