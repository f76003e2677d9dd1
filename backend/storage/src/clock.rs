//! The clock's mark: up to when the server has run.

use crate::StorageError;
use async_trait::async_trait;
use protocol::environment::Timestamp;

/// Up to when the server has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The server's time when it was kept.
    pub at: Timestamp,
    /// Whether the machine's clock was in doubt then.
    pub doubtful: bool,
    /// How often an operator has accepted the machine's clock.
    pub accepted: i64,
}

/// The latest moments that a right clock can have written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    /// The present.
    pub now: Timestamp,
    /// The end of a code, and of its mail.
    pub code_ends: Timestamp,
    /// When another code may be asked for.
    pub resend: Timestamp,
    /// The end of a sign-in.
    pub signin_ends: Timestamp,
}

/// Keeping and accepting the server's time.
#[async_trait]
pub trait Clocks {
    /// Looks up the mark; `None`: no server has run yet.
    async fn clock_mark(&self) -> Result<Option<Mark>, StorageError>;
    /// Keeps the mark, unless an operator has accepted the clock since [`Mark::accepted`].
    /// Answers how often the clock was accepted by now.
    async fn keep_clock_mark(&self, mark: Mark) -> Result<i64, StorageError>;
    /// The machine's clock is right: the mark is set to it, and moments of codes, mails and
    /// sign-ins that lie later than they can are pulled back. Answers how many were. One
    /// transaction.
    async fn accept_clock(&self, latest: Latest) -> Result<u64, StorageError>;
}
