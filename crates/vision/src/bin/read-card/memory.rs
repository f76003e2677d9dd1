//! The most memory that the process has held, as the kernel counts it.

use std::fs;

/// Forgets the most so far, so that each picture has its own; where the kernel cannot, the most
/// of all pictures so far is told.
pub fn start_anew() {
    // 5 resets the mark and nothing else. Not every kernel lets it be written, and the figure
    // is then an upper bound.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// Bytes, or nothing where there is no such account.
pub fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes * 1024)
}
