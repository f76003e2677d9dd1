//! The carrier of mails.

use async_trait::async_trait;
use storage::mail::DueMail;

/// What came of handing a mail over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// It was taken.
    Taken,
    /// Not now: the same mail may be taken later. Holds no address.
    Later(String),
    /// Never. Holds no address.
    Never(String),
}

/// Takes mails: a relay, or a folder.
#[async_trait]
pub trait MailCarrier: Send + Sync {
    /// Hands one mail over, with its address and text readable. A mail that is handed over again
    /// has the same token, so that a repeated delivery can be seen.
    async fn hand_over(&self, mail: &DueMail) -> Handed;
}
