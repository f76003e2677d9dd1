//! The types of the Rust on the phones' own code paths.
//!
//! rustup's compilers have no standard library for phones on this machine, and none is fetched.
//! Debian's package of rustc brings the library's source, so that cargo can check it together with
//! the app (`-Zbuild-std`). The packages are unpacked, not installed. C code of build scripts is
//! answered by stand-ins, since a check links nothing.
//!
//! This proves types, and nothing about linking, JNI, Swift symbols, or running.

use super::cache;
use crate::{places, run};
use anyhow::{Context, Result};
use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Debian's compiler (its names carry no version), and the library's source.
const PACKAGES: &[&str] = &[
    "rust-web-src",
    "rustc-web",
    "libstd-rust-web-1.96",
    "libstd-rust-web-dev",
];
/// What that compiler is linked with.
const LIBRARY: &str = "libllvm22";

/// Answers for a C compiler: preprocesses nothing, writes empty objects.
const CC: &str = r#"#!/bin/sh
out=; previous=
for argument in "$@"; do
  case "$previous" in -o) out="$argument" ;; esac
  previous="$argument"
done
case " $* " in *" -E "*) exec gcc -E -x c /dev/null ;; esac
[ -n "$out" ] && : > "$out"
exit 0
"#;

/// Answers for `ar`: writes empty archives.
const AR: &str = r#"#!/bin/sh
for argument in "$@"; do
  case "$argument" in *.a) [ -e "$argument" ] || printf '!<arch>\n' > "$argument" ;; esac
done
exit 0
"#;

/// Checks the app for one kind of phone. The first time takes minutes, then seconds.
pub fn check(target: &str) -> Result<()> {
    println!("rust: the types for {target}");
    let tools = tools()?;
    let of_target = |name: &str| format!("{name}_{}", target.replace('-', "_"));
    run::cargo([
        "check",
        "--quiet",
        "--lib",
        "-Zbuild-std=std,panic_abort",
        "--target",
        target,
    ])
    .within(&places::at("src-tauri"))
    .env("RUSTC", tools.join("rustc"))
    // Debian's compiler is a stable one; this lets cargo hand it unstable options.
    .env("RUSTC_BOOTSTRAP", "1")
    .env("CARGO_TARGET_DIR", cache().join("target"))
    // Read by build scripts for Apple's targets; nothing in it is ever used.
    .env("SDKROOT", cache())
    .env(&of_target("CC"), tools.join("cc"))
    .env(&of_target("CXX"), tools.join("cc"))
    .env(&of_target("AR"), tools.join("ar"))
    .go()?;
    println!("rust: the types for {target} fit");
    Ok(())
}

/// The folder with the compiler and the stand-ins.
fn tools() -> Result<PathBuf> {
    let root = cache().join("root");
    if !root.join("usr/bin/rustc").exists() {
        unpack(&root)?;
    }
    let tools = cache().join("tools");
    fs::create_dir_all(&tools)?;
    let libraries = root.join("usr/lib/x86_64-linux-gnu");
    let before = env::var("LD_LIBRARY_PATH").unwrap_or_default();
    let rustc = format!(
        "#!/bin/sh\nexport LD_LIBRARY_PATH='{}:{before}'\nexec '{}' \"$@\"\n",
        libraries.display(),
        root.join("usr/bin/rustc").display(),
    );
    for (name, script) in [("rustc", rustc.as_str()), ("cc", CC), ("ar", AR)] {
        write_program(&tools.join(name), script)?;
    }
    Ok(tools)
}

/// Only what differs is written: a newer file would make cargo compile everything again.
fn write_program(path: &Path, script: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|before| before == script) {
        return Ok(());
    }
    fs::write(path, script)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn unpack(root: &Path) -> Result<()> {
    let folder = cache().join("packages");
    let fresh = cache().join("root.fresh");
    for left in [&folder, &fresh] {
        if left.exists() {
            fs::remove_dir_all(left)?;
        }
    }
    fs::create_dir_all(&folder)?;
    run::program(Path::new("apt-get"))
        .args(["download", "-q"])
        .args(PACKAGES)
        .within(&folder)
        .go()
        .context("Debian 12's packages of rustc are needed")?;
    for entry in fs::read_dir(&folder)? {
        run::program(Path::new("dpkg"))
            .args(["-x".as_ref(), entry?.path().as_os_str(), fresh.as_os_str()])
            .go()?;
    }
    fs::remove_dir_all(&folder)?;
    crate::setup::apt::install(&[&[LIBRARY]])?;
    fs::rename(&fresh, root)?;
    Ok(())
}
