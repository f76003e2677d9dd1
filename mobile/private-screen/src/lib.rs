//! Sets how the phone treats the current screen: whether others can see it, whether other apps can
//! steer touches on it, and how the system's bars are drawn around it.
//!
//! | where | private | guarded | bars |
//! |---|---|---|---|
//! | Android | `FLAG_SECURE`: no screenshot, no recording, no picture in the list of recent apps | overlays of other apps are hidden (Android 12 and later), and touches through one are refused (before) | light or dark signs, on the page's paper |
//! | iOS | a cover over the window as soon as the app is left, and while the screen is recorded (iOS lets no app forbid a screenshot) | nothing: iOS has no overlays | the window's style |
//! | computer | nothing: there is no such thing to ask for | nothing | nothing |

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

/// The kind of the current screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Shown {
    /// A credential, a face or a signature.
    pub private: bool,
    /// A question to agree to, or a field to type in, to which another app must not lead the finger.
    pub guarded: bool,
}

/// Access to the screen from an app, its handle or a window.
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
