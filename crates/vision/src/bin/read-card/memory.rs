//! The peak memory of the process, as the kernel counts it.

use std::fs;

/// Resets the peak, so that each picture has its own. Where the kernel cannot, the figure is the peak
/// of all pictures so far.
pub fn reset_peak() {
    // 5 resets the peak and nothing else. Not every kernel allows it, and the figure is then an upper
    // bound.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The peak in bytes; `None` where the kernel does not count it.
pub fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes * 1024)
}
