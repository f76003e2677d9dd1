//! Mail: messages out to a relay or a folder, bounce reports in from a maildir.

pub mod files;
mod html;
pub mod maildir;
pub mod message;
pub mod smtp;

use async_trait::async_trait;
use lettre::Message;
use message::Sender;
use server_core::ports::{Handed, MailCarrier};
use storage::mail::DueMail;

/// A transport of messages: a relay, or a folder.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Hands one message over. `name` is the same for every try of one mail.
    async fn hand_over(&self, name: &str, message: Message) -> Handed;
}

/// Formats mails as messages and hands them to a transport.
pub struct Courier<T> {
    /// The sender of mails.
    pub sender: Sender,
    /// The transport.
    pub transport: T,
}

#[async_trait]
impl<T: Transport> MailCarrier for Courier<T> {
    async fn hand_over(&self, mail: &DueMail) -> Handed {
        match message::message(mail, &self.sender) {
            Ok(message) => {
                let name = message::message_name(mail, &self.sender);
                self.transport.hand_over(&name, message).await
            }
            Err(why) => Handed::Never(why),
        }
    }
}
