//! The outbox: hands over due mails, with growing pauses, until the carrier has taken them or they
//! are useless.
//!
//! A crash after the carrier has taken a mail and before that is recorded sends the mail twice, under
//! the same Message-ID. No crash loses a mail.

use super::{address, letter::Letter};
use crate::{
    core::Core,
    keys::at_rest::HiddenColumn,
    ports::{Handed, MailCarrier},
};
use chrono::TimeDelta;
use protocol::{
    activation::Language,
    environment::{Entropy, Timestamp},
    ids::ActivationId,
    sensitive::Sensitive,
};
use storage::{
    StorageError,
    mail::{DueMail, MailToken, NewMail},
};

/// Mails that are handed over at once.
const AT_ONCE: usize = 8;
/// The first pause after a failure, in milliseconds; it doubles with every try.
const FIRST_PAUSE_MS: i64 = 2_000;
/// The longest pause, in milliseconds.
const LONGEST_PAUSE_MS: i64 = 10 * 60 * 1000;

/// Hands over the mails that are due now; returns how many they were.
pub async fn hand_over_due(core: &Core, carrier: &dyn MailCarrier) -> Result<usize, StorageError> {
    let due = core.storage.due_mails(core.now(), AT_ONCE as u32).await?;
    let count = due.len();
    let all = due.iter().map(|mail| hand_over_one(core, carrier, mail));
    // Each to its end: a mail that was handed over and not noted would go out twice.
    for done in futures_util::future::join_all(all).await {
        match done {
            Err(StorageError::Item(why)) => tracing::error!(why, "one mail cannot be noted"),
            done => done?,
        }
    }
    Ok(count)
}

async fn hand_over_one(
    core: &Core,
    carrier: &dyn MailCarrier,
    due: &DueMail,
) -> Result<(), StorageError> {
    let storage = &core.storage;
    if core.now() >= due.mail.useful_until {
        core.events.count("mail", "too_late");
        return storage
            .mail_given_up(due.id, core.now(), "no longer useful")
            .await;
    }
    let handed = match readable(core, due) {
        Ok(readable) => carrier.hand_over(&readable).await,
        Err(why) => Handed::Never(why),
    };
    let now = core.now();
    match handed {
        Handed::Taken => {
            core.events.count("mail", "sent");
            storage.mail_sent(due.id, now).await
        }
        Handed::Later(why) => {
            tracing::warn!(
                mail = due.id,
                tries = due.tries + 1,
                why,
                "a mail has to wait"
            );
            core.events.count("mail", "later");
            let next = now + pause(due.tries, &*core.entropy);
            storage.mail_failed(due.id, next, &why).await
        }
        Handed::Never(why) => {
            tracing::warn!(mail = due.id, why, "a mail is given up");
            core.events.count("mail", "refused");
            storage.mail_given_up(due.id, now, &why).await
        }
    }
}

/// A mail to be queued.
pub struct Written<'a> {
    /// The activation that it belongs to.
    pub activation: ActivationId,
    /// The address, as it was typed.
    pub to: &'a Sensitive<String>,
    /// The language that it is written in.
    pub language: Language,
    /// Subject and text.
    pub letter: Letter,
    /// When it becomes useless and is given up.
    pub useful_until: Timestamp,
}

/// The mail as the outbox stores it: address and text are hidden.
pub fn hidden(core: &Core, written: Written<'_>) -> NewMail {
    let hide = |place, text| {
        core.keys
            .hide(place, written.activation, text, &*core.entropy)
    };
    NewMail {
        activation: written.activation,
        token: MailToken::random(&*core.entropy),
        address: core.keys.mail_tag(&address::counted_as(written.to)),
        language: written.language,
        to: hide(HiddenColumn::MailAddress, written.to),
        subject: written.letter.subject,
        text: hide(HiddenColumn::MailText, &written.letter.text),
        useful_until: written.useful_until,
    }
}

/// The mail as it is sent, with the hidden address and text made readable.
pub fn readable(core: &Core, due: &DueMail) -> Result<DueMail, String> {
    let reveal = |place, text| {
        core.keys
            .reveal(place, due.mail.activation, text)
            .map_err(|error| error.to_string())
    };
    Ok(DueMail {
        id: due.id,
        tries: due.tries,
        mail: NewMail {
            to: reveal(HiddenColumn::MailAddress, &due.mail.to)?,
            text: reveal(HiddenColumn::MailText, &due.mail.text)?,
            ..due.mail.clone()
        },
    })
}

/// The pause after a failure: doubled with every try, up to ten minutes, with jitter of a quarter
/// either way, so that mails do not come due together.
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
