//! The mark: up to when the server has run, kept in the database.

use crate::core::Core;
use storage::{StorageError, clock::Mark};

/// What came of keeping the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is kept.
    Yes,
    /// An operator has accepted the machine's clock meanwhile: so many times by now.
    Accepted(i64),
}

/// Keeps the mark. `accepted`: how often an operator had accepted the clock at the last look.
pub async fn keep(core: &Core, accepted: i64) -> Result<Kept, StorageError> {
    let mark = Mark {
        at: core.now(),
        doubtful: core.clock.doubt().is_some(),
        accepted,
    };
    let there = core.storage.keep_clock_mark(mark).await?;
    Ok(match there == accepted {
        true => Kept::Yes,
        false => Kept::Accepted(there),
    })
}
