//! `cargo xtask phone android|ios …`: Tauri's own command line, with the crate types of a phone.
//!
//! A phone loads the app as a library (cdylib, staticlib). On a computer these would cost every build
//! minutes and gigabytes, and Cargo's crate types cannot depend on the target. So they are added to
//! src-tauri/Cargo.toml for the time of the build.

use super::{variables, weight::for_weight};
use crate::{places, run};
use anyhow::{Result, bail};
use clap::ValueEnum;
use std::{fs, path::PathBuf};

/// The crate types of a computer and of a phone.
const COMPUTER: &str = "crate-type = [\"rlib\"]";
const PHONE: &str = "crate-type = [\"cdylib\", \"staticlib\", \"rlib\"]";

/// The kinds of phone.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    /// Needs the Android SDK and NDK.
    Android,
    /// Needs a Mac with Xcode, and `tauri ios init` with src-tauri/ios/join.sh before it.
    Ios,
}

/// Runs `cargo tauri android …` or `cargo tauri ios …`.
pub fn tauri(kind: Kind, arguments: &[String]) -> Result<()> {
    let word = match kind {
        Kind::Android => "android",
        Kind::Ios => "ios",
    };
    let _restored = PhoneCrate::written(places::at("src-tauri/Cargo.toml"))?;
    let mut build = run::cargo(["tauri", word])
        .args(arguments)
        .within(&places::at("src-tauri"));
    if let Ok(server) = std::env::var("APOYO_SERVER") {
        for (name, value) in variables::of_server(&server)? {
            build = build.env(name, value);
        }
    }
    for_weight(build).go()
}

/// The manifest with a phone's crate types; dropping it restores those of a computer.
struct PhoneCrate {
    manifest: PathBuf,
    before: String,
}

impl PhoneCrate {
    fn written(manifest: PathBuf) -> Result<Self> {
        let before = fs::read_to_string(&manifest)?;
        if !before.contains(COMPUTER) {
            bail!("{} does not say {COMPUTER}", manifest.display());
        }
        fs::write(&manifest, before.replace(COMPUTER, PHONE))?;
        Ok(Self { manifest, before })
    }
}

impl Drop for PhoneCrate {
    fn drop(&mut self) {
        if let Err(fault) = fs::write(&self.manifest, &self.before) {
            eprintln!(
                "{}: {fault}; put `{COMPUTER}` back",
                self.manifest.display()
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_is_a_library_of_a_phone_for_as_long_as_the_build_runs() {
        let manifest =
            std::env::temp_dir().join(format!("apoyo-phone-{}.toml", std::process::id()));
        let checked_in = fs::read_to_string(places::at("src-tauri/Cargo.toml")).unwrap();
        fs::write(&manifest, &checked_in).unwrap();
        let phone = PhoneCrate::written(manifest.clone()).unwrap();
        assert!(fs::read_to_string(&manifest).unwrap().contains(PHONE));
        assert!(
            PhoneCrate::written(manifest.clone()).is_err(),
            "not twice at once"
        );
        drop(phone);
        assert_eq!(fs::read_to_string(&manifest).unwrap(), checked_in);
        fs::remove_file(manifest).unwrap();
    }
}
