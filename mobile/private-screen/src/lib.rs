//! Keeps a screen that shows a credential, a face or a signature out of screenshots, recordings
//! and the pictures in the list of recent apps.
//!
//! | where | what happens while the screen is private |
//! |---|---|
//! | Android | `FLAG_SECURE` on the window: no screenshot, no recording, no picture in the list |
//! | iOS | a cover over the window as soon as the app is left, and while the screen is recorded (iOS lets nobody forbid a screenshot) |
//! | computer | nothing: there is no such thing to ask for |

use tauri::{
    Manager, Runtime,
    plugin::{Builder, TauriPlugin},
};

#[cfg(desktop)]
mod desktop;
#[cfg(desktop)]
use desktop as platform;
#[cfg(mobile)]
mod mobile;
#[cfg(mobile)]
use mobile as platform;

pub use platform::PrivateScreen;

/// Reaches the screen from an app, its handle or a window.
pub trait PrivateScreenExt<R: Runtime> {
    /// The app's screen.
    fn private_screen(&self) -> &PrivateScreen<R>;
}

impl<R: Runtime, T: Manager<R>> PrivateScreenExt<R> for T {
    fn private_screen(&self) -> &PrivateScreen<R> {
        self.state::<PrivateScreen<R>>().inner()
    }
}

/// The plugin, for `tauri::Builder::plugin`.
pub fn init<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("private-screen")
        .setup(|app, api| {
            app.manage(platform::open(&api)?);
            Ok(())
        })
        .build()
}
