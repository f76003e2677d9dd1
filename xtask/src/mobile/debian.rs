//! Tools from Debian packages, unpacked into the target folder without installing them.

use crate::run;
use anyhow::{Context, Result};
use std::{fs, path::Path};

/// Unpacks packages below `root`, all of them or none.
pub fn unpack(packages: &[&str], root: &Path) -> Result<()> {
    let fetched = root.with_extension("packages");
    let fresh = root.with_extension("fresh");
    for left in [&fetched, &fresh] {
        if left.exists() {
            fs::remove_dir_all(left)?;
        }
    }
    fs::create_dir_all(&fetched)?;
    println!("setup: {} into {}", packages.join(" "), root.display());
    run::program(Path::new("apt-get"))
        .args(["download", "-q"])
        .args(packages)
        .within(&fetched)
        .go()
        .context("Debian 12's packages are needed")?;
    for entry in fs::read_dir(&fetched)? {
        run::program(Path::new("dpkg"))
            .args(["-x".as_ref(), entry?.path().as_os_str(), fresh.as_os_str()])
            .go()?;
    }
    fs::remove_dir_all(&fetched)?;
    fs::rename(&fresh, root)?;
    Ok(())
}
