//! The carrier of mails.

use async_trait::async_trait;
use storage::mail::DueMail;

/// The outcome of handing over a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// The carrier has taken it.
    Taken,
    /// The carrier may take the same mail later. The text holds no address.
    Later(String),
    /// The carrier will never take it. The text holds no address.
    Never(String),
}

/// A carrier of mails: a relay, or a folder.
#[async_trait]
pub trait MailCarrier: Send + Sync {
    /// Takes one mail, with its address and text readable. A mail that is handed over again has the
    /// same token, so that a repeated delivery can be recognised.
    async fn hand_over(&self, mail: &DueMail) -> Handed;
}
