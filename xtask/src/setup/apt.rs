//! Debian's packages.

use crate::run;
use anyhow::{Result, bail};
use std::path::Path;

/// To build and open the window.
pub const WINDOW: &[&str] = &[
    "build-essential",
    "file",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "pkg-config",
];

/// To build the screens; skipped if another Node.js is installed.
pub const NODE: &[&str] = &["nodejs", "npm"];

/// To drive a browser and the window without a display and without a camera.
pub const BROWSERS: &[&str] = &[
    "chromium",
    "dbus",
    "dbus-x11",
    "fonts-dejavu-core",
    "gstreamer1.0-plugins-bad",
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-plugins-good",
    "imagemagick",
    "libgstreamer1.0-dev",
    "libgstreamer-plugins-base1.0-dev",
    "webkit2gtk-driver",
    "xauth",
    "xvfb",
];

/// To simulate faults of the clock, the disk and the mail.
pub const FAULTS: &[&str] = &["libfaketime", "openssl", "python3-aiosmtpd", "strace"];

/// Installs the missing ones of these, or prints how.
pub fn install(groups: &[&[&str]]) -> Result<()> {
    if !Path::new("/etc/debian_version").exists() {
        println!("setup: not a Debian; install what {groups:?} is called here, then go on");
        return Ok(());
    }
    let missing: Vec<&str> = groups
        .iter()
        .filter(|group| {
            **group != NODE
                || !run::program(Path::new("node"))
                    .args(["--version"])
                    .succeeds()
        })
        .flat_map(|group| group.iter().copied())
        .filter(|package| !is_installed(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("setup: missing packages: {}", missing.join(" "));
    if run::program(Path::new("id")).args(["-u"]).read()?.trim() != "0" {
        bail!(
            "run this line, then the same command again:\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
            missing.join(" ")
        );
    }
    // Another installation may be under way on a machine that has just started.
    let patience = ["-o", "DPkg::Lock::Timeout=900"];
    run::program(Path::new("apt-get"))
        .args(patience)
        .args(["update", "-q"])
        .go()?;
    run::program(Path::new("apt-get"))
        .args(patience)
        .args(["install", "-q", "-y", "--no-install-recommends"])
        .args(&missing)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .go()
}

fn is_installed(package: &str) -> bool {
    run::program(Path::new("dpkg-query"))
        .args(["-W", "-f", "${db:Status-Status}", package])
        .read()
        .is_ok_and(|status| status.trim() == "installed")
}
