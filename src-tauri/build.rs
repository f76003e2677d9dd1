//! Bundles the screens and writes the permissions: our two commands, for our one window.

fn main() {
    // The screens are part of the binary: a new build of them is a new build of this crate.
    println!("cargo:rerun-if-changed=../ui/citizen/dist");
    let manifest = tauri_build::AppManifest::new().commands(&["open_door", "set_private_screen"]);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    tauri_build::try_build(attributes).expect(
        "tauri.conf.json, capabilities/ and icons/ fit together, and ui/citizen/dist was built \
         (`cargo xtask demo` or `cargo xtask test` builds it)",
    );
}
