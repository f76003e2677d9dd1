//! The camera in WebKitGTK. It is off until the program allows it, here for pictures only.

use tauri::WebviewWindow;
use webkit2gtk::{
    PermissionRequestExt, SettingsExt, UserMediaPermissionRequest, WebViewExt,
    glib::object::{Cast, ObjectExt},
};

/// Lets the window's own screens use the camera. Microphone, screen, location and all other
/// requests stay denied.
pub fn allow(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|webview| {
        let view = webview.inner();
        if let Some(settings) = WebViewExt::settings(&view) {
            settings.set_enable_media_stream(true);
            settings.set_enable_webrtc(true);
        }
        view.connect_permission_request(|_, request| {
            match request.downcast_ref::<UserMediaPermissionRequest>() {
                Some(media) if wants_video_alone(media) => request.allow(),
                _ => request.deny(),
            }
            true
        });
    })
}

/// Whether a request for media is for the camera without the microphone.
fn wants_video_alone(request: &UserMediaPermissionRequest) -> bool {
    request.property::<bool>("is-for-video-device")
        && !request.property::<bool>("is-for-audio-device")
}
