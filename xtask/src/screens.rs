//! The screens: their pictures for reviewers (`cargo xtask screens`), and their size.

use crate::{
    build::programs,
    places,
    setup::{self, node},
};
use anyhow::{Result, bail};
use std::{fs, path::Path};

/// Takes them into docs/screens.
pub fn screens() -> Result<()> {
    setup::for_test()?;
    build()?;
    programs(&["apoyo", "host", "cards", "apoyo-app"])?;
    node::npm("tests/ui", ["run", "screens"])
        .env(places::PROGRAMS, places::programs())
        .go()
}

/// Bundles the screens and checks their size, because phones are slow.
pub fn build() -> Result<()> {
    node::npm("ui", ["run", "build"]).go()?;
    weigh()
}

/// The largest size of scripts and styles together, uncompressed. The window reads them from the disk
/// of a phone with 2 GB of memory.
const HEAVIEST: u64 = 400 * 1024;

/// Checks the bundle's size; more than the limit is a fault that names the largest files.
fn weigh() -> Result<()> {
    let mut files = Vec::new();
    weigh_folder(&places::at("ui/citizen/dist"), &mut files)?;
    files.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    let whole: u64 = files.iter().map(|(bytes, _)| bytes).sum();
    println!(
        "screens: {} KB of scripts and styles, {} KB allowed",
        whole / 1024,
        HEAVIEST / 1024
    );
    if whole == 0 {
        bail!("nothing was bundled");
    }
    if whole > HEAVIEST {
        let heavy: Vec<String> = files
            .iter()
            .take(3)
            .map(|(bytes, name)| format!("{name} {} KB", bytes / 1024))
            .collect();
        bail!("the screens are too heavy: {}", heavy.join(", "));
    }
    Ok(())
}

fn weigh_folder(folder: &Path, files: &mut Vec<(u64, String)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            weigh_folder(&entry.path(), files)?;
        } else if name.ends_with(".js") || name.ends_with(".css") {
            files.push((entry.metadata()?.len(), name));
        }
    }
    Ok(())
}
