//! Hands a file to the system and returns its fate. A webview cannot do that: Android's has no share
//! sheet and drops downloads without telling the page, which would call a lost file saved.
//!
//! | where | [`How::Save`] | [`How::Share`] |
//! |---|---|---|
//! | Android | the document picker; gone when the file is written and flushed | the share sheet; gone when an app was chosen in it and was given the file |
//! | iOS | the document picker; gone when the system has its copy | the share sheet; gone when the chosen activity has completed |
//! | computer | the folder of downloads; gone when the file is written and flushed | the same: a computer has no share sheet |
//!
//! On a phone the file waits in the app's cache, where the system reads it. A saved file is removed
//! after the answer. A shared file stays until the next file or the next start, because the chosen
//! app may read it later. A crash leaves at most that one file, and the next start removes it.

use tauri::{
    Manager, Runtime,
    plugin::{Builder, TauriPlugin},
};

#[cfg(desktop)]
mod desktop;
#[cfg(desktop)]
use desktop as platform;
mod error;
mod file;
#[cfg(mobile)]
mod mobile;
#[cfg(mobile)]
use mobile as platform;
#[cfg(any(mobile, test))]
mod tray;
#[cfg(any(mobile, test))]
mod wire;

pub use error::{Error, Result};
pub use file::{BadFile, File};
pub use platform::HandOver;

/// How a file is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It is written to the place that the person chooses.
    Save,
    /// Another app gets it.
    Share,
}

/// The fate of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandedOver {
    /// It is out of the app's hands.
    Gone,
    /// The person closed what was shown; the file is only in the app.
    Cancelled,
    /// This machine has nothing that takes a file; it is only in the app.
    None,
}

/// The plugin's name, under which the platforms' halves are registered.
const NAME: &str = "hand-over";

/// Access to the system from an app, its handle or a window.
pub trait HandOverExt<R: Runtime> {
    /// The system that takes files.
    fn hand_over(&self) -> &HandOver<R>;
}

impl<R: Runtime, T: Manager<R>> HandOverExt<R> for T {
    fn hand_over(&self) -> &HandOver<R> {
        self.state::<HandOver<R>>().inner()
    }
}

/// The plugin, for `tauri::Builder::plugin`.
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new(NAME)
        .setup(|app, api| {
            app.manage(platform::open(app, &api)?);
            Ok(())
        })
        .build()
}
