//! The window around app-core, and nothing more: it carries doors in and answers out.
//!
//! - `window`: one window, our own screens, nowhere else to go.
//! - `door`: the command that carries doors.
//! - `privacy`: the command that keeps a screen out of screenshots.
//! - `ports`: what this machine lends to app-core, and where its server is.
//! - `keys`: the phone's key store among them; `browser`: its browser.
//! - `camera`: on Linux the camera has to be switched on by the program.
//!
//! Every rule is in app-core; every sentence is in `ui/`.

mod browser;
#[cfg(target_os = "linux")]
mod camera;
mod door;
mod keys;
mod ports;
mod privacy;
mod window;

use tauri::Manager;

/// Opens the app and stays until its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_device_key::init())
        .plugin(tauri_plugin_private_screen::init());
    #[cfg(mobile)]
    let builder = builder
        .plugin(tauri_plugin_barcode_scanner::init())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_opener::init());
    #[cfg_attr(
        desktop,
        expect(unused_mut, reason = "phones add which links are theirs")
    )]
    let mut context = tauri::generate_context!();
    #[cfg(mobile)]
    browser::with_links(&mut context, ports::built_for());
    builder
        .invoke_handler(tauri::generate_handler![
            door::open_door,
            privacy::set_private_screen
        ])
        .setup(|app| {
            #[cfg(mobile)]
            browser::listen(app);
            app.manage(ports::Opened::new(app.handle())?);
            window::open(app)?;
            Ok(())
        })
        .build(context)
        // There is no screen to say it on: no display, or no webview on this machine.
        .expect("a window needs a display and the system's webview")
        .run(|handle, event| {
            // The app came back to the front: what waits is sent, whatever the page does.
            if let tauri::RunEvent::Resumed = event
                && let Some(opened) = handle.try_state::<ports::Opened>()
            {
                opened.resumed();
            }
        });
}
