//! Bundles the screens and writes the permissions: our commands, for our one window.

fn main() {
    // The screens are part of the binary: a new build of them is a new build of this crate.
    println!("cargo:rerun-if-changed=../ui/citizen/dist");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "android") {
        // Phones with memory pages of 16 KB do not load a library that is aligned to less, and Google
        // Play refuses it. NDK 28 and later align to 16 KB by default; an older one needs this.
        println!("cargo:rustc-link-arg=-Wl,-z,max-page-size=16384");
    }
    let manifest = tauri_build::AppManifest::new().commands(&[
        "open_door",
        "put_piece",
        "set_private_screen",
        "set_bars",
        "hand_over",
    ]);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes).expect(
        "tauri.conf.json, capabilities/ and icons/ fit together, and ui/citizen/dist was built \
         (`cargo xtask demo` or `cargo xtask test` builds it)",
    );
}
