//! The outbox: a mail is queued in the same transaction as the change that it reports, and sent
//! later.

use crate::StorageError;
use async_trait::async_trait;
use protocol::{
    activation::{Language, MailFate},
    environment::{Entropy, Timestamp},
    ids::ActivationId,
    sensitive::Sensitive,
};
use std::{fmt, str::FromStr};

/// The name of a mail outside (in its Message-ID and its envelope): 128 random bits, known only
/// to those who have the mail. Shown as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailToken([u8; 16]);

impl MailToken {
    /// A new one.
    pub fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The one with exactly these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for MailToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Not 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadToken;

impl FromStr for MailToken {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u128::from_str_radix(text, 16) {
            Ok(number) if digits => Ok(Self(number.to_be_bytes())),
            _ => Err(BadToken),
        }
    }
}

/// How many mails one address may get, over all activations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailAllowance {
    /// In any hour.
    pub per_hour: u32,
    /// In any 24 hours.
    pub per_day: u32,
}

/// A mail to be sent. Address and text are erased when it has been sent or given up.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// What it belongs to: a newer mail of the same activation takes its place.
    pub activation: ActivationId,
    /// Its name outside.
    pub token: MailToken,
    /// Keyed hash of the canonical address.
    pub address: [u8; 32],
    /// The language that it is written in.
    pub language: Language,
    /// The address.
    pub to: Sensitive<String>,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: Sensitive<String>,
    /// When it becomes useless and is given up.
    pub useful_until: Timestamp,
}

/// A mail whose turn it is.
#[derive(Debug, Clone)]
pub struct DueMail {
    /// Its number in the outbox.
    pub id: i64,
    /// How often it was tried already.
    pub tries: u32,
    /// The mail itself.
    pub mail: NewMail,
}

/// The outcome of a bounce report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounced {
    /// It is noted now.
    Noted,
    /// It was noted before.
    Again,
    /// The mail does not exist (any more).
    Unknown,
}

/// A mail as operators see it, without personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRecord {
    /// Its number in the outbox.
    pub id: i64,
    /// When it was asked for.
    pub queued_at: Timestamp,
    /// Whether it waits, was sent, was refused or came back.
    pub fate: MailFate,
    /// How often it was handed over or tried to.
    pub tries: u32,
    /// The relay's last answer, or the status with which it came back.
    pub told: Option<String>,
}

/// The outbox.
#[async_trait]
pub trait Mail {
    /// Lists mails that are due at `now`, oldest first, at most `limit`.
    async fn due_mails(&self, now: Timestamp, limit: u32) -> Result<Vec<DueMail>, StorageError>;
    /// The relay has taken it: address and bodies are erased.
    async fn mail_sent(&self, id: i64, now: Timestamp) -> Result<(), StorageError>;
    /// The relay has not taken it: it is tried again at `next_try`. `error` contains no address.
    async fn mail_failed(
        &self,
        id: i64,
        next_try: Timestamp,
        error: &str,
    ) -> Result<(), StorageError>;
    /// It will never be taken (a permanent refusal, or no longer useful): address and bodies are erased.
    async fn mail_given_up(&self, id: i64, now: Timestamp, error: &str)
    -> Result<(), StorageError>;
    /// A mail bounced; `status` is the other server's enhanced status code (`5.1.1`).
    async fn mail_bounced(
        &self,
        token: MailToken,
        now: Timestamp,
        status: &str,
    ) -> Result<Bounced, StorageError>;
    /// The fate of the newest mail of an activation; `None`: it has no mail (any more).
    async fn mail_fate(&self, activation: ActivationId) -> Result<Option<MailFate>, StorageError>;
    /// Lists mails, the newest first, at most `limit`; `ill`: only those that bounced or were
    /// refused.
    async fn mails(&self, ill: bool, limit: u32) -> Result<Vec<MailRecord>, StorageError>;
    /// Counts waiting mails, and since when the oldest waits: for `/readyz`, `/metrics` and
    /// `doctor`.
    async fn mail_backlog(&self) -> Result<(u64, Option<Timestamp>), StorageError>;
}
