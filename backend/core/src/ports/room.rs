//! The disk's free space.

/// The disk under the data folder.
pub trait FreeSpace: Send + Sync {
    /// Bytes that may still be written; `None` if it cannot be known.
    fn free_bytes(&self) -> Option<u64>;
}
