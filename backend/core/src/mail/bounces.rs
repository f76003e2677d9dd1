//! Bounces: reports of other servers (RFC 3464) that a mail could not be delivered.
//!
//! Everybody can write to the mailbox, so every report is treated as hostile. It can do one thing:
//! mark the mail whose token it names as bounced. Only this server and the holders of that mail know
//! the token's 128 random bits. Nothing else of the report is kept, and the code still works.

use super::report::{Report, read};
use crate::core::Core;
use storage::{StorageError, mail::Bounced};

/// The part of a report that is read: the token and the status are at its beginning.
pub const LONGEST: usize = 256 * 1024;

/// The outcome of reading a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// A mail of ours came back; it is noted.
    Noted,
    /// It was noted before, or the mail is only late.
    NothingNew,
    /// It is not a report, or names no mail of ours: a person may want to read it.
    NotOurs,
}

/// Reads one message and notes what it reports.
pub async fn take(core: &Core, raw: &[u8]) -> Result<Taken, StorageError> {
    // The parser is a library's, and the bytes are a stranger's. So it runs outside of the threads that
    // serve requests, and a panic is caught.
    let raw = raw.to_vec();
    let report = tokio::task::spawn_blocking(move || read(&raw)).await;
    let report = report.unwrap_or_else(|_| {
        tracing::error!("a report of delivery made its parser panic");
        Report::None
    });
    let (taken, outcome) = match report {
        Report::Failed { token, status } => {
            let now = core.now();
            match core.storage.mail_bounced(token, now, &status).await? {
                Bounced::Noted => {
                    tracing::warn!(status, "a mail came back");
                    (Taken::Noted, "noted")
                }
                Bounced::Again => (Taken::NothingNew, "again"),
                Bounced::Unknown => (Taken::NotOurs, "unknown"),
            }
        }
        Report::Late => (Taken::NothingNew, "late"),
        Report::None => (Taken::NotOurs, "no_report"),
    };
    core.events.count("bounces", outcome);
    Ok(taken)
}
