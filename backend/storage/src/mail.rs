//! The outbox: mail is written in the same transaction as what it tells of, and sent later.

use crate::StorageError;
use async_trait::async_trait;
use protocol::{environment::Timestamp, ids::ActivationId, sensitive::Sensitive};

/// A mail to be sent. Address and bodies are erased when it has been sent or given up.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// What it belongs to: a newer mail of the same activation takes its place.
    pub activation: ActivationId,
    /// The address.
    pub to: Sensitive<String>,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: Sensitive<String>,
    /// After this moment it is of no use and is given up.
    pub useful_until: Timestamp,
}

/// A mail whose turn it is.
#[derive(Debug, Clone)]
pub struct DueMail {
    /// Its number in the outbox; also its Message-ID, so that a repeated delivery can be seen.
    pub id: i64,
    /// How often it was tried already.
    pub tries: u32,
    /// The mail itself.
    pub mail: NewMail,
}

/// The outbox.
#[async_trait]
pub trait Mail {
    /// Mails whose turn it is at `now`, oldest first, at most `limit`.
    async fn due_mails(&self, now: Timestamp, limit: u32) -> Result<Vec<DueMail>, StorageError>;
    /// The relay has taken it: address and bodies are erased.
    async fn mail_sent(&self, id: i64, now: Timestamp) -> Result<(), StorageError>;
    /// The relay has not: try again at `next_try`. `error` holds no address.
    async fn mail_failed(
        &self,
        id: i64,
        next_try: Timestamp,
        error: &str,
    ) -> Result<(), StorageError>;
    /// It will never be taken (a permanent refusal, or no longer useful): address and bodies are erased.
    async fn mail_given_up(&self, id: i64, now: Timestamp, error: &str)
    -> Result<(), StorageError>;
    /// How many wait, and since when the oldest does: for `/readyz`, `/metrics` and `doctor`.
    async fn mail_backlog(&self) -> Result<(u64, Option<Timestamp>), StorageError>;
}
