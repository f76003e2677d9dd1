//! Joins the Kotlin and Swift halves to the app's projects. No commands, no permissions: the app
//! decides in Rust which file it gives to the system.

fn main() {
    tauri_plugin::Builder::new(&[])
        .android_path("android")
        .ios_path("ios")
        .build();
}
