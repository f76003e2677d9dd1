//! The window around app-core: it only carries doors in and answers out.
//!
//! - `window`: one window with our own screens.
//! - `door`: the command that carries doors; `body`: the bytes that come with a command; `pieces`:
//!   large files, which come in pieces on Android.
//! - `screen`: the commands that keep a screen to its person and draw the system's bars.
//! - `hand_over`: the command that gives a file to the system.
//! - `captures`: files of the phone's camera app, removed as soon as a door has its copy.
//! - `ports`: what this machine provides to app-core; `built_for`: which server it talks to.
//! - `keys`: the phone's key store; `browser`: its browser.
//! - `camera`: on Linux the camera has to be switched on by the program.
//!
//! Every rule is in app-core; every sentence is in `ui/`.

mod body;
mod browser;
mod built_for;
#[cfg(target_os = "linux")]
mod camera;
mod captures;
mod door;
mod hand_over;
mod keys;
mod pieces;
mod ports;
mod screen;
mod window;

use tauri::{Manager, RunEvent};

/// Opens the app and stays until its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_device_key::init())
        .plugin(tauri_plugin_private_screen::init())
        .plugin(tauri_plugin_hand_over::init());
    #[cfg(mobile)]
    let builder = builder
        .plugin(tauri_plugin_barcode_scanner::init())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_opener::init());
    // The system ends the page's process in the background, camera pages first, and Tauri disables
    // WebKit's own reload. Draft and activation are in the core, so a new page shows them.
    #[cfg(any(target_os = "macos", target_os = "ios"))]
    let builder = builder.on_web_content_process_terminate(|webview| {
        let _ = webview.reload();
    });
    #[cfg_attr(
        desktop,
        expect(unused_mut, reason = "phones add which links are theirs")
    )]
    let mut context = tauri::generate_context!();
    #[cfg(mobile)]
    browser::with_links(&mut context, built_for::SERVER);
    builder
        .invoke_handler(tauri::generate_handler![
            door::open_door,
            pieces::put_piece,
            screen::set_private_screen,
            screen::set_bars,
            hand_over::hand_over
        ])
        .setup(|app| {
            #[cfg(mobile)]
            browser::listen(app);
            app.manage(pieces::Pieces::default());
            app.manage(ports::Opened::new(app.handle())?);
            window::open(app)?;
            Ok(())
        })
        .build(context)
        // Without a display or a webview there is no screen for a message.
        .expect("a window needs a display and the system's webview")
        .run(|handle, event| {
            // Sends the queue, independently of the page.
            if came_back(&event)
                && let Some(opened) = handle.try_state::<ports::Opened>()
            {
                opened.resumed();
            }
        });
}

/// Whether the app came back to the front. On phones this is an event of the window; `RunEvent`'s
/// own event for it belongs to Tauri's loop and never comes.
#[cfg(mobile)]
fn came_back(event: &RunEvent) -> bool {
    use tauri::WindowEvent;
    matches!(
        event,
        RunEvent::WindowEvent {
            event: WindowEvent::Resumed,
            ..
        }
    )
}

/// Always `false` on a computer: a covered window goes on running, and the page reports its return.
#[cfg(desktop)]
fn came_back(_: &RunEvent) -> bool {
    false
}
