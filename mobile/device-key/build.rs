//! Joins the Kotlin and Swift halves to the app's projects. The list of commands is empty, so there is
//! no permission to grant, and a page can never call this plugin.

fn main() {
    tauri_plugin::Builder::new(&[])
        .android_path("android")
        .ios_path("ios")
        .build();
}
