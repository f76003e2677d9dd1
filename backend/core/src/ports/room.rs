//! How much room the disk has.

/// The disk under the data folder.
pub trait FreeSpace: Send + Sync {
    /// Bytes that may still be written; `None` where that cannot be known.
    fn free_bytes(&self) -> Option<u64>;
}
