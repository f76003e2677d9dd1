//! The types of the Rust code that is only for phones.
//!
//! This machine has no standard library for phones. Debian's package of rustc contains the library's
//! source, so that cargo can check it together with the app (`-Zbuild-std`). The packages are unpacked,
//! not installed. Stubs replace the C compiler of build scripts, because a check does not link.
//!
//! This proves types only: not linking, JNI, Swift symbols, or running.

use super::{cache, debian};
use crate::{places, run};
use anyhow::{Result, bail};
use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Debian's compiler (package names without a version), and the library's source.
const PACKAGES: &[&str] = &[
    "rust-web-src",
    "rustc-web",
    "libstd-rust-web-1.96",
    "libstd-rust-web-dev",
];
/// The libraries of that compiler.
const LIBRARY: &str = "libllvm22";

/// The stub of a C compiler, which writes empty objects.
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

/// The stub of `ar`, which writes empty archives.
const AR: &str = r#"#!/bin/sh
for argument in "$@"; do
  case "$argument" in *.a) [ -e "$argument" ] || printf '!<arch>\n' > "$argument" ;; esac
done
exit 0
"#;

/// The flags of a phone's release, for the app's own crate.
const AS_A_RELEASE: [&str; 2] = [
    "--config",
    "profile.dev.package.apoyo-app.debug-assertions=false",
];
/// The compiler's error without a server (`src-tauri/src/built_for.rs`).
const NO_SERVER: &str = "a release for a phone needs its server";

/// Checks the app for one kind of phone. The first time takes minutes, then seconds.
pub fn check(target: &str) -> Result<()> {
    println!("rust: the types for {target}");
    checked(target)?.go()?;
    println!("rust: the types for {target} fit");
    Ok(())
}

/// A release for a phone compiles with its server and not without.
pub fn refuses_a_release_without_a_server(target: &str) -> Result<()> {
    let release = |server: &str| {
        Ok::<_, anyhow::Error>(
            checked(target)?
                .args(AS_A_RELEASE)
                .env("CARGO_APOYO_SERVER", server),
        )
    };
    release("https://apoyo.ejemplo.mx")?.go()?;
    match release("http://127.0.0.1:8080")?.read() {
        Ok(_) => bail!("a release for {target} compiles with a server that is the phone itself"),
        Err(fault) if fault.to_string().contains(NO_SERVER) => {}
        Err(fault) => return Err(fault),
    }
    println!("rust: a release for {target} needs its server");
    Ok(())
}

fn checked(target: &str) -> Result<run::Run> {
    let tools = tools()?;
    let of_target = |name: &str| format!("{name}_{}", target.replace('-', "_"));
    Ok(run::cargo([
        "check",
        "--quiet",
        "--lib",
        "-Zbuild-std=std,panic_abort",
        "--target",
        target,
    ])
    .within(&places::at("src-tauri"))
    .env("RUSTC", tools.join("rustc"))
    // Debian's compiler is stable; this allows unstable options.
    .env("RUSTC_BOOTSTRAP", "1")
    .env("CARGO_TARGET_DIR", cache().join("target"))
    // Read by build scripts for Apple's targets, and not used.
    .env("SDKROOT", cache())
    .env(&of_target("CC"), tools.join("cc"))
    .env(&of_target("CXX"), tools.join("cc"))
    .env(&of_target("AR"), tools.join("ar")))
}

/// The folder with the compiler and the library's source.
pub fn root() -> Result<PathBuf> {
    let root = cache().join("root");
    if !root.join("usr/bin/rustc").exists() {
        debian::unpack(PACKAGES, &root)?;
        crate::setup::apt::install(&[&[LIBRARY]])?;
    }
    Ok(root)
}

/// The folder with the compiler's wrapper and the stand-ins.
fn tools() -> Result<PathBuf> {
    let root = root()?;
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

/// Writes a file only if it differs, because a newer file would make cargo compile everything again.
fn write_program(path: &Path, script: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|before| before == script) {
        return Ok(());
    }
    fs::write(path, script)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}
