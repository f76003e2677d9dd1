//! The one window. It shows only the bundled screens and never navigates elsewhere.

use tauri::{
    App, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, webview::NewWindowResponse,
};

/// The label that the capabilities name.
pub const LABEL: &str = "main";

/// Opens the window.
pub fn open(app: &App) -> tauri::Result<WebviewWindow> {
    let builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    // About the size of a phone held upright; on phones the window is the screen.
    #[cfg(desktop)]
    let builder = builder
        .title("Apoyo")
        .inner_size(420.0, 800.0)
        .min_inner_size(320.0, 480.0);
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    crate::camera::allow(&window)?;
    Ok(window)
}

/// Whether an address is that of the bundled screens: `tauri://localhost` on Linux, macOS and
/// iOS, `http(s)://tauri.localhost` on Windows and Android.
fn is_ours(url: &Url) -> bool {
    let host = url.host_str();
    match url.scheme() {
        "tauri" => host == Some("localhost"),
        "http" | "https" if host == Some("tauri.localhost") => url.port().is_none(),
        // `tauri dev` serves the screens from Vite.
        "http" => cfg!(dev) && host == Some("127.0.0.1") && url.port() == Some(5173),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn the_window_goes_nowhere_but_to_its_own_screens() {
        for ours in [
            "tauri://localhost",
            "tauri://localhost/index.html",
            "https://tauri.localhost/",
        ] {
            assert!(is_ours(&ours.parse().unwrap()), "{ours}");
        }
        for foreign in [
            "https://example.org/",
            "https://tauri.localhost.example.org/",
            "https://tauri.localhost:8443/",
            "http://127.0.0.1:5173/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "about:blank",
        ] {
            assert!(!is_ours(&foreign.parse().unwrap()), "{foreign}");
        }
    }
}
