//! The bare disk: records of the same length appended to one file, flushed once per 16. It is the upper
//! bound of a server that flushes.

use anyhow::Result;
use std::{
    fs::File,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

/// How long `records` records of `length` bytes take.
pub fn append(folder: &Path, records: usize, length: usize) -> Result<Duration> {
    let path = folder.join("bare-disk");
    let record: Vec<u8> = (0..length).map(|place| (place * 31 % 251) as u8).collect();
    let mut file = File::create(&path)?;
    let start = Instant::now();
    for number in 1..=records {
        file.write_all(&record)?;
        if number % 16 == 0 || number == records {
            file.sync_data()?;
        }
    }
    let elapsed = start.elapsed();
    std::fs::remove_file(path)?;
    Ok(elapsed)
}
