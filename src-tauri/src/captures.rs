//! Pictures that the phone's own camera app took for the webview (`<input capture>`).
//!
//! Android's webview has the camera app write into the app's external files, where a cable can
//! read them. As soon as a door has had its copy they go, whether the core kept or refused it. What
//! a crash leaves there, `MainActivity` removes at the next start.

use app_core::doors::{Door, Source};
use std::{fs, io, path::Path};
use tauri::AppHandle;

/// Whether this door takes a picture from a file.
pub fn came_from_a_file(door: &Door) -> bool {
    matches!(
        door,
        Door::PutPicture {
            source: Source::File,
            ..
        } | Door::PutActivationFront {
            source: Source::File
        }
    )
}

/// Does nothing: computers and iPhones do not write such files.
#[cfg(not(target_os = "android"))]
pub fn forget(_: &AppHandle) {}

/// Removes the camera's files. A fault is ignored, because the next start tries again.
#[cfg(target_os = "android")]
pub fn forget(app: &AppHandle) {
    use tauri::Manager;
    // The app's own `Pictures` below its external files, as res/xml/file_paths.xml shares it.
    if let Ok(folder) = app.path().picture_dir() {
        let _ = empty(&folder);
    }
}

/// Removes every file in a folder.
#[cfg_attr(not(any(target_os = "android", test)), expect(dead_code))]
fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        fs::remove_file(entry?.path())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::apoyos::PartName;

    #[test]
    fn only_a_picture_out_of_a_file_empties_the_cameras_folder() {
        let put = |source| Door::PutPicture {
            part: PartName::Front,
            source,
            anyway: false,
        };
        assert!(came_from_a_file(&put(Source::File)));
        assert!(!came_from_a_file(&put(Source::Camera)));
        let front = |source| Door::PutActivationFront { source };
        assert!(came_from_a_file(&front(Source::File)));
        assert!(!came_from_a_file(&front(Source::Camera)));
        assert!(!came_from_a_file(&Door::State));
    }

    #[test]
    fn an_emptied_folder_has_no_file() {
        let folder = std::env::temp_dir().join(format!("apoyo-captures-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("JPEG_1.jpg"), [255, 216]).unwrap();
        empty(&folder).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::remove_dir(&folder).unwrap();
        assert!(empty(&folder).is_err(), "a folder that is missing is told");
    }
}
