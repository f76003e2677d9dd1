//! The mails of one person, in the server's outbox folder.

use crate::mailbox;
use app_core::Problem;
use protocol::code::Code;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// The mailbox in which the code is read.
#[derive(Debug, Clone, Copy)]
pub struct Mailbox<'a> {
    /// The server's folder of mails.
    pub outbox: &'a Path,
    /// The person's address.
    pub email: &'a str,
    /// How long to wait for a mail.
    pub patience: Duration,
}

/// The number of mails of this person.
pub async fn count(mailbox: Mailbox<'_>) -> usize {
    mails(mailbox).await.0
}

/// The newest code, once there are more than `before` mails.
pub async fn newest_code(mailbox: Mailbox<'_>, before: usize) -> Result<String, Problem> {
    let until = Instant::now() + mailbox.patience;
    loop {
        match mails(mailbox).await {
            (count, Some(code)) if count > before => return Ok(code),
            _ if Instant::now() >= until => {
                return Err(Problem::in_field(Code::NotFound, "outbox"));
            }
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// The number of mails of this person, and the code in the newest.
async fn mails(mailbox: Mailbox<'_>) -> (usize, Option<String>) {
    let (folder, email) = (mailbox.outbox.to_owned(), mailbox.email.trim().to_owned());
    let looked = tokio::task::spawn_blocking(move || {
        let letters = mailbox::letters(&folder).unwrap_or_default();
        let mine = letters
            .iter()
            .filter(|letter| letter.to.eq_ignore_ascii_case(&email));
        let newest = mine.clone().next_back().and_then(|letter| letter.code());
        (mine.count(), newest.map(|code| code.to_string()))
    });
    looked.await.unwrap_or_default()
}
