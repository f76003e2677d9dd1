//! The commands that say how the phone treats the screen that is shown now.

use app_core::{PhoneCode, Problem};
use tauri::AppHandle;
use tauri_plugin_private_screen::{PrivateScreenExt, Shown};

/// Says what the screen that is shown now shows.
///
/// `private`: a credential, a face or a signature; kept out of screenshots and of the list of
/// recent apps. `guarded`: something is agreed to or typed that another app must not lead the
/// finger to; touches through an overlay are refused. Nothing happens on a computer.
#[tauri::command]
pub async fn set_private_screen(
    app: AppHandle,
    private: bool,
    guarded: Option<bool>,
) -> Result<(), Problem> {
    let guarded = guarded.unwrap_or_default();
    let set = app.private_screen().set(Shown { private, guarded }).await;
    set.map_err(|_| PhoneCode::PhoneStorageFault.into())
}

/// Draws the system's bars for a dark or a light page: a theme that was chosen in the app may
/// differ from the system's, which counts where `dark` is not said. Nothing happens on a computer.
#[tauri::command]
pub async fn set_bars(app: AppHandle, dark: Option<bool>) -> Result<(), Problem> {
    let set = app.private_screen().bars(dark).await;
    set.map_err(|_| PhoneCode::PhoneStorageFault.into())
}
