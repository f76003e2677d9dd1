//! The outbox's worker: hands over what is due, again and again, until the relay has it or it
//! is of no use any more.
//!
//! A crash between "the relay has it" and "we know that" sends one mail twice, under the same
//! Message-ID; it never loses one.

use super::{
    Carrier, Handed,
    compose::{self, Sender},
};
use crate::{keys::at_rest::Place, server::Server};
use chrono::TimeDelta;
use protocol::environment::Entropy;
use std::{sync::Arc, time::Duration};
use storage::{
    StorageError,
    mail::{DueMail, NewMail},
};

/// Mails that are handed over at once.
const AT_ONCE: usize = 8;
/// How often to look although no bell rang: a mail's next try comes without one.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The first pause after a failure, in milliseconds; it doubles with every try.
const FIRST_PAUSE_MS: i64 = 2_000;
/// The longest pause, in milliseconds.
const LONGEST_PAUSE_MS: i64 = 10 * 60 * 1000;

/// Runs until it is dropped.
pub async fn run(server: Arc<Server>, carrier: Arc<dyn Carrier>, sender: Sender) {
    loop {
        match hand_over_due(&server, &*carrier, &sender).await {
            Ok(0) => {
                let bell = server.mail_bell.notified();
                let _ = tokio::time::timeout(LOOK_EVERY, bell).await;
            }
            Ok(_) => {}
            Err(error) => {
                server.note_storage_error("outbox", &error);
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Hands over everything that is due now; answers how many mails that were.
pub async fn hand_over_due(
    server: &Server,
    carrier: &dyn Carrier,
    sender: &Sender,
) -> Result<usize, StorageError> {
    let due = server
        .storage
        .due_mails(server.now(), AT_ONCE as u32)
        .await?;
    let count = due.len();
    let all = due
        .iter()
        .map(|mail| hand_over_one(server, carrier, sender, mail));
    futures_util::future::try_join_all(all).await?;
    Ok(count)
}

async fn hand_over_one(
    server: &Server,
    carrier: &dyn Carrier,
    sender: &Sender,
    due: &DueMail,
) -> Result<(), StorageError> {
    let storage = &server.storage;
    if server.now() >= due.mail.useful_until {
        server.metrics.count("mail", "too_late");
        return storage
            .mail_given_up(due.id, server.now(), "no longer useful")
            .await;
    }
    let handed = match readable(server, due).and_then(|due| compose::message(&due, sender)) {
        Ok(message) => {
            let name = compose::message_name(due, sender);
            carrier.hand_over(&name, message).await
        }
        Err(why) => Handed::Never(why),
    };
    let now = server.now();
    match handed {
        Handed::Taken => {
            server.metrics.count("mail", "sent");
            storage.mail_sent(due.id, now).await
        }
        Handed::Later(why) => {
            tracing::warn!(
                mail = due.id,
                tries = due.tries + 1,
                why,
                "a mail has to wait"
            );
            server.metrics.count("mail", "later");
            let next = now + pause(due.tries, &*server.entropy);
            storage.mail_failed(due.id, next, &why).await
        }
        Handed::Never(why) => {
            tracing::warn!(mail = due.id, why, "a mail is given up");
            server.metrics.count("mail", "refused");
            storage.mail_given_up(due.id, now, &why).await
        }
    }
}

/// The mail as it is sent: in the outbox address and text are hidden.
pub fn readable(server: &Server, due: &DueMail) -> Result<DueMail, String> {
    let reveal = |place, text| {
        server
            .keys
            .reveal(place, due.mail.activation, text)
            .map_err(|error| error.to_string())
    };
    Ok(DueMail {
        id: due.id,
        tries: due.tries,
        mail: NewMail {
            to: reveal(Place::MailAddress, &due.mail.to)?,
            text: reveal(Place::MailText, &due.mail.text)?,
            ..due.mail.clone()
        },
    })
}

/// Twice as long after every try, up to ten minutes, and never two mails in step: between
/// three and five quarters of it.
fn pause(tries: u32, entropy: &dyn Entropy) -> TimeDelta {
    let doubled = FIRST_PAUSE_MS.saturating_mul(1_i64 << tries.min(20));
    let base = doubled.min(LONGEST_PAUSE_MS);
    let mut byte = [0];
    entropy.fill(&mut byte);
    TimeDelta::milliseconds(base * 3 / 4 + base / 2 * i64::from(byte[0]) / 255)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::environment::SystemEntropy;

    #[test]
    fn pauses_grow_to_ten_minutes_and_differ() {
        for tries in 0..40 {
            let pause = pause(tries, &SystemEntropy).num_milliseconds();
            let base = (FIRST_PAUSE_MS << tries.min(20)).min(LONGEST_PAUSE_MS);
            assert!(
                (base * 3 / 4..=base * 5 / 4).contains(&pause),
                "{tries}: {pause}"
            );
        }
    }
}
