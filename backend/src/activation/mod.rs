//! Activating a phone: a code is mailed, and opens only with the key that asked for it.

pub mod address;
pub mod address_limit;
pub mod begin;
pub mod challenge;
pub mod complete;
pub mod resend;

use crate::{keys::at_rest::Place, mail::compose, server::Server};
use chrono::TimeDelta;
use protocol::{
    activation::{ActivationBegun, ActivationCode, CODE_HOURS, Language, RESEND_SECONDS},
    environment::Timestamp,
    ids::ActivationId,
    sensitive::Sensitive,
};
use storage::{activations::NewCode, mail::NewMail};

/// Draws a code and writes its mail, as it may lie in the outbox: unreadable there.
fn new_code(
    server: &Server,
    activation: ActivationId,
    to: &Sensitive<String>,
    language: Language,
    now: Timestamp,
) -> NewCode {
    let code = ActivationCode::random(&*server.entropy);
    let expires_at = now + TimeDelta::hours(CODE_HOURS);
    let letter = compose::activation_letter(language, &code);
    let hide = |place, text| server.keys.hide(place, activation, text, &*server.entropy);
    NewCode {
        code_hash: server.keys.code_hash(activation, &code),
        expires_at,
        resend_at: now + TimeDelta::seconds(RESEND_SECONDS),
        mail: NewMail {
            activation,
            to: hide(Place::MailAddress, to),
            subject: letter.subject,
            text: hide(Place::MailText, &letter.text),
            useful_until: expires_at,
        },
        now,
    }
}

/// Whole seconds from `now` until `then`, rounded up; 0 when it has passed.
fn seconds_until(now: Timestamp, then: Timestamp) -> u32 {
    let millis = (then - now).num_milliseconds().max(0);
    u32::try_from((millis + 999) / 1000).unwrap_or(u32::MAX)
}

fn begun(
    activation: ActivationId,
    expires_at: Timestamp,
    resend_at: Timestamp,
    now: Timestamp,
) -> ActivationBegun {
    ActivationBegun {
        activation,
        expires_at,
        resend_after_s: seconds_until(now, resend_at),
    }
}
