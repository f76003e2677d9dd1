//! The memory of a reader, in a process of its own.
//!
//! The kernel records a process's peak memory and can reset it. Because the allocator returns large
//! blocks at once, the peak during reading is the memory of reading.

use super::{
    Qr,
    contender::Contender,
    corpus::{Corpus, Picture},
};
use anyhow::{Context, Result};
use std::{collections::BTreeMap, fs, process::Command};

/// The number of pictures of each size.
const PICTURES: usize = 10;

/// Largest of each size, in MiB, under (reader, size).
pub type Peaks = Vec<(String, String, f64)>;

/// Measures each reader in a process of its own.
pub fn of_all(corpus: &Corpus, contenders: &[Contender], arguments: &Qr) -> Result<Peaks> {
    let folder = arguments
        .folders
        .iter()
        .find(|folder| folder.ends_with(&corpus.name));
    let mut peaks = Vec::new();
    for contender in contenders {
        let output = Command::new(std::env::current_exe()?)
            .args(["qr", "--memory-of", contender.name])
            .args(arguments.size.iter().flat_map(|size| ["--size", size]))
            .args(folder)
            // Large blocks are returned to the kernel when they are freed.
            .env("MALLOC_MMAP_THRESHOLD_", "65536")
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        for line in text.lines() {
            if let Some((size, mib)) = line.split_once(' ') {
                peaks.push((contender.name.to_owned(), size.to_owned(), mib.parse()?));
            }
        }
    }
    Ok(peaks)
}

/// Prints the peak of each size.
pub fn measure(arguments: &Qr, contenders: &[Contender]) -> Result<()> {
    let mut peaks = BTreeMap::<String, f64>::new();
    for folder in &arguments.folders {
        let corpus = Corpus::open(folder, arguments)?;
        let mut sizes = BTreeMap::<&str, Vec<&Picture>>::new();
        for picture in &corpus.pictures {
            let of_size = sizes.entry(picture.group()).or_default();
            if of_size.len() < PICTURES {
                of_size.push(picture);
            }
        }
        for (size, pictures) in sizes {
            for picture in pictures {
                let luma = picture.open()?;
                let own = luma.as_raw().len() as f64 / f64::from(1 << 20);
                fs::write("/proc/self/clear_refs", "5")?;
                let before = status("VmRSS:")?;
                for contender in contenders {
                    contender.read(&luma, picture, arguments);
                }
                // The grey picture counts too, because it is in memory during reading.
                let took = status("VmHWM:")? - before + own;
                let peak = peaks.entry(size.to_owned()).or_default();
                *peak = peak.max(took);
            }
        }
    }
    for (size, mib) in peaks {
        println!("{size} {mib:.1}");
    }
    Ok(())
}

/// A line of `/proc/self/status`, in MiB.
fn status(key: &str) -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(key))
        .context("the kernel does not say")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}
