//! The window around app-core, and nothing more: it carries doors in and answers out.
//!
//! - `window`: one window, our own screens, nowhere else to go.
//! - `door`: the one command.
//! - `ports`: what this machine lends to app-core, and where its server is.
//! - `camera`: on Linux the camera has to be switched on by the program.
//!
//! Every rule is in app-core; every sentence is in `ui/`.

#[cfg(target_os = "linux")]
mod camera;
mod door;
mod ports;
mod window;

use tauri::Manager;

/// Opens the app and stays until its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    let builder = tauri::Builder::default();
    #[cfg(mobile)]
    let builder = builder.plugin(tauri_plugin_barcode_scanner::init());
    builder
        .invoke_handler(tauri::generate_handler![door::open_door])
        .setup(|app| {
            app.manage(ports::Opened::new(app.handle())?);
            window::open(app)?;
            Ok(())
        })
        .run(tauri::generate_context!())
        // There is no screen to say it on: no display, or no webview on this machine.
        .expect("a window needs a display and the system's webview");
}
