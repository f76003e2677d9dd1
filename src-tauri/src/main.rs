//! Starts the app on a laptop.
// Without this a release build on Windows also opens a console.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    apoyo_app::run();
}
