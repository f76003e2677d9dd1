//! Activating a phone: a code is mailed, and works only with the key that asked for it. Also the
//! end of an activated phone.

mod begin;
mod challenge;
mod complete;
mod forget;
mod resend;
mod state;

pub use begin::{BeginRefused, begin};
pub use challenge::{ChallengeRefused, give_challenge};
pub use complete::{CompleteRefused, complete};
pub use forget::{ForgetRefused, forget};
pub use resend::{ResendRefused, resend};
pub use state::{StateRefused, state};

use crate::{
    core::Core,
    limits::{Limited, seconds_until},
    mail::{
        letter,
        outbox::{self, Written},
    },
};
use chrono::TimeDelta;
use protocol::{
    activation::{ActivationBegun, ActivationCode, CODE_HOURS, Language},
    environment::Timestamp,
    ids::ActivationId,
    sensitive::Sensitive,
};
use storage::activation::NewCode;

/// Draws a code and writes its mail.
fn new_code(
    core: &Core,
    activation: ActivationId,
    to: &Sensitive<String>,
    language: Language,
    resend_after_s: i64,
    now: Timestamp,
) -> NewCode {
    let code = ActivationCode::random(&*core.entropy);
    let expires_at = now + TimeDelta::hours(CODE_HOURS);
    let letter = letter::activation_letter(language, &code);
    NewCode {
        code_hash: core.keys.code_hash(activation, &code),
        expires_at,
        resend_at: now + TimeDelta::seconds(resend_after_s),
        mail: outbox::hidden(
            core,
            Written {
                activation,
                to,
                language,
                letter,
                useful_until: expires_at,
            },
        ),
        allowance: core.rules.mails_per_address,
        now,
    }
}

/// The refusal of a mail to an address that has used up its allowance.
fn too_many(core: &Core, free_at: Timestamp, now: Timestamp) -> Limited {
    core.events.count("limited", "address");
    Limited::TooMany {
        after_s: seconds_until(now, free_at).max(1),
    }
}

/// Takes room for one more mail within the limit of all clients together.
fn room_for_a_mail(core: &Core, now: Timestamp) -> Result<(), Limited> {
    core.limits
        .mail(now, &*core.entropy)
        .inspect_err(|_| core.events.count("limited", "everybody"))
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
