//! `cargo xtask mobile-check`: as much of the phones' half as can be known without a phone.
//!
//! There is no Android SDK and no Mac in the loop, so nothing here is ever run on a phone. What is
//! checked is what a machine can see from outside:
//!
//! - [`android`] and [`ios`]: permissions, backups, links, cleartext, sentences, entitlements,
//!   against lists of what must be there and what must not;
//! - [`reach`]: no page reaches the plugins, and Rust, Kotlin and Swift call each other by the same
//!   names;
//! - [`kotlin`]: the types of the Kotlin halves, against stand-ins for Android;
//! - [`swift`]: the syntax of the Swift halves;
//! - [`rust`]: the types of the Rust on the phones' own code paths;
//! - [`sizes`]: what the first screen and the program weigh.
//!
//! [`build`] is for machines that have what is missing here.

mod android;
mod android_files;
pub mod build;
mod documents;
mod ios;
mod kotlin;
mod python;
mod reach;
mod rust;
mod sizes;
mod swift;
mod weight;

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

/// Checks everything; fetches the tools that are missing.
pub fn check(options: &Options) -> Result<()> {
    written()?;
    kotlin::check(kotlin::Tools::fetch()?)?;
    swift::check(swift::Tools::fetch()?)?;
    screens::build()?;
    sizes::first_screen()?;
    if !options.no_rust {
        rust::check("aarch64-linux-android")?;
        rust::check("aarch64-apple-ios")?;
    }
    if !options.no_release {
        sizes::program(&weight::program()?)?;
    }
    println!("mobile-check: good");
    Ok(())
}

/// What costs seconds, for `cargo xtask test`: everything that is written down, and the tools that
/// an earlier `mobile-check` has fetched.
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
    faults.extend(ios::faults()?);
    faults.extend(reach::faults()?);
    for fault in &faults {
        println!("mobile: {fault}");
    }
    if !faults.is_empty() {
        bail!("{} faults in what the phones are told", faults.len());
    }
    println!("mobile: manifests, property lists and names are as they must be");
    Ok(())
}

/// Where tools are kept between runs.
fn cache() -> PathBuf {
    places::target().join("mobile-check")
}
