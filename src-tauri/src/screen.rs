//! The commands that set how the phone treats the current screen.

use app_core::{PhoneCode, Problem};
use tauri::AppHandle;
use tauri_plugin_private_screen::{PrivateScreenExt, Shown};

/// Describes the current screen.
///
/// `private`: it shows a credential, a face or a signature, and is kept out of screenshots and of the
/// list of recent apps. `guarded`: the person agrees or types, and touches through another app's
/// overlay are refused. Does nothing on a computer.
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

/// Draws the system's bars for a dark or a light page, because the app's theme may differ from the
/// system's. Without `dark` the system's theme applies. Does nothing on a computer.
#[tauri::command]
pub async fn set_bars(app: AppHandle, dark: Option<bool>) -> Result<(), Problem> {
    let set = app.private_screen().bars(dark).await;
    set.map_err(|_| PhoneCode::PhoneStorageFault.into())
}
