//! The clock's mark: the last moment at which the server ran.

use crate::StorageError;
use async_trait::async_trait;
use protocol::environment::Timestamp;

/// The last moment at which the server ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The server's time at the mark.
    pub at: Timestamp,
    /// Whether the machine's clock was doubted then.
    pub doubtful: bool,
    /// The number of times that an operator has accepted the machine's clock.
    pub accepted: i64,
}

/// The latest moments that a correct clock can have written.
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

/// Storing and accepting the server's time.
#[async_trait]
pub trait Clocks {
    /// Looks up the mark; `None` before the first run of a server.
    async fn clock_mark(&self) -> Result<Option<Mark>, StorageError>;
    /// Stores the mark, unless an operator has accepted the clock since [`Mark::accepted`]. Returns the
    /// current number of acceptances.
    async fn keep_clock_mark(&self, mark: Mark) -> Result<i64, StorageError>;
    /// Accepts the machine's clock: sets the mark to it, and pulls impossible moments of codes, mails and
    /// sign-ins back, in one transaction. Returns the number of those.
    async fn accept_clock(&self, latest: Latest) -> Result<u64, StorageError>;
}
