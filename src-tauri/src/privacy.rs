//! The second command: the screens that show a credential, a face or a signature are kept out of
//! screenshots and of the list of recent apps.

use app_core::{PhoneCode, Problem};
use tauri::AppHandle;
use tauri_plugin_private_screen::PrivateScreenExt;

/// Says whether the screen that is shown now is private. Nothing on a computer.
#[tauri::command]
pub async fn set_private_screen(app: AppHandle, private: bool) -> Result<(), Problem> {
    let set = app.private_screen().set(private).await;
    set.map_err(|_| PhoneCode::PhoneStorageFault.into())
}
