//! `cargo xtask mobile-check`: the checks of the phones' half that work without a phone.
//!
//! There is no Android SDK and no Mac, so these checks do not run on a phone:
//!
//! - [`android`], [`android_files`], [`ios`] and [`ios_project`]: permissions, backups, links,
//!   cleartext, insets, processes, sentences, entitlements, icon, tools versions, against lists of
//!   required and forbidden entries;
//! - [`reach`]: no page reaches the plugins; [`halves`]: Rust, Kotlin and Swift call each other by
//!   the same names;
//! - [`shell`]: calls that compile for a phone and fail or never happen there; [`variables`]: the
//!   server's address reaches both builds; [`versions`]: versions exist and fit;
//! - [`workflows`]: what the workflows prove on public runners;
//! - [`kotlin`]: the types of the Kotlin halves, against stubs of Android, and the tests of their
//!   plain logic;
//! - [`swift`]: the syntax of the Swift halves;
//! - [`rust`]: the types of the Rust code that is only for phones, and that a release needs its
//!   server; [`std_stubs`]: methods that the standard library lacks on Android;
//! - [`sizes`]: the size of the first screen and of the program.
//!
//! [`build`] is for machines that have an SDK or a Mac.

mod android;
mod android_files;
pub mod build;
mod debian;
mod documents;
mod halves;
mod ios;
mod ios_project;
mod kotlin;
mod python;
mod reach;
mod rust;
mod shell;
mod sizes;
mod std_stubs;
mod swift;
mod variables;
mod versions;
mod weight;
mod workflows;

use crate::{places, screens};
use anyhow::{Result, bail};
use clap::Args;
use std::path::PathBuf;

/// What to leave out while working on something else.
#[derive(Debug, Args)]
pub struct Options {
    /// Leave out the types of the Rust (minutes at the first time).
    #[arg(long)]
    no_rust: bool,
    /// Leave out the release build and its weight (minutes).
    #[arg(long)]
    no_release: bool,
}

/// Runs every check; fetches missing tools.
pub fn check(options: &Options) -> Result<()> {
    written()?;
    versions::exist()?;
    kotlin::check(kotlin::Tools::fetch()?)?;
    swift::check(swift::Tools::fetch()?)?;
    screens::build()?;
    sizes::first_screen()?;
    if !options.no_rust {
        std_stubs::check(&rust::root()?)?;
        for target in ["aarch64-linux-android", "aarch64-apple-ios"] {
            rust::check(target)?;
            rust::refuses_a_release_without_a_server(target)?;
        }
    }
    if !options.no_release {
        sizes::program(&weight::program()?)?;
    }
    println!("mobile-check: good");
    Ok(())
}

/// The checks that take seconds, for `cargo xtask test`: all files, and the tools that an earlier
/// `mobile-check` has fetched.
pub fn check_cheaply() -> Result<()> {
    written()?;
    match kotlin::Tools::found() {
        Some(tools) => kotlin::check(tools)?,
        None => {
            println!("kotlin: not checked here; `cargo xtask mobile-check` fetches the compiler")
        }
    }
    match swift::Tools::found() {
        Some(tools) => swift::check(tools)?,
        None => println!("swift: not checked here; `cargo xtask mobile-check` fetches the parser"),
    }
    sizes::first_screen()
}

/// Manifests, property lists, names.
fn written() -> Result<()> {
    let mut faults = android::faults()?;
    faults.extend(android_files::faults()?);
    faults.extend(halves::faults()?);
    faults.extend(ios::faults()?);
    faults.extend(ios_project::faults()?);
    faults.extend(reach::faults()?);
    faults.extend(shell::faults()?);
    faults.extend(versions::faults()?);
    faults.extend(workflows::faults()?);
    for fault in &faults {
        println!("mobile: {fault}");
    }
    if !faults.is_empty() {
        bail!("{} faults in the phones' files", faults.len());
    }
    println!("mobile: manifests, property lists and names are as they must be");
    Ok(())
}

/// The folder of the tools.
fn cache() -> PathBuf {
    places::target().join("mobile-check")
}
