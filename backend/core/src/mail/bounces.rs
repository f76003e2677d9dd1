//! Mails that come back: reports of other servers (RFC 3464) that a mail could not be
//! delivered, whatever way they came.
//!
//! Everybody can write to the mailbox, so a report is hostile until shown otherwise.
//! What it may do is little: set the one mark "came back" at the one mail whose token it names,
//! 128 random bits that only this server and who had the mail know. Nothing else of it is kept,
//! and the code works all the same.

use super::report::{Report, read};
use crate::core::Core;
use storage::{StorageError, mail::Bounced};

/// More of a report than this is not read: what matters is at the beginning.
pub const LONGEST: usize = 256 * 1024;

/// What became of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// A mail of ours came back; it is noted.
    Noted,
    /// It was known already, or it is of a mail that is only late.
    NothingNew,
    /// It names no mail of ours, or is not a report: a person may want to read it.
    NotOurs,
}

/// Reads one message and notes what it reports.
pub async fn take(core: &Core, raw: &[u8]) -> Result<Taken, StorageError> {
    // We did not write the parser, and a stranger wrote the bytes: apart from the threads that
    // serve others, and behind a net.
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
