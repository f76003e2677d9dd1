//! Mail: written into the outbox with what it tells of, sent by a worker until the relay has it.

pub mod compose;
pub mod files;
mod html;
pub mod outbox;
pub mod smtp;

use async_trait::async_trait;
use lettre::Message;

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

/// Who takes mails: a relay, or a folder.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Hands one mail over. `name` is the same for every try of one mail.
    async fn hand_over(&self, name: &str, message: Message) -> Handed;
}
