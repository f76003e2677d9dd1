//! Joins the Kotlin and Swift halves to the app's projects. No commands, no permissions: the app
//! says in Rust what its screen shows.

fn main() {
    tauri_plugin::Builder::new(&[])
        .android_path("android")
        .ios_path("ios")
        .build();
}
