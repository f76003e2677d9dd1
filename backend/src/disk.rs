//! The disk's free space.

use server_core::ports::FreeSpace;
use std::path::PathBuf;

/// The disk that holds this folder.
#[derive(Debug)]
pub struct DiskOf(pub PathBuf);

impl FreeSpace for DiskOf {
    fn free_bytes(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(&self.0).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}
