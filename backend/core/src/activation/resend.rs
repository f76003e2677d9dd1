//! Another code where the mail did not come: after a minute, and then every five.

use super::{begun, new_code, room_for_a_mail, too_many};
use crate::{
    asking::{FromHolder, NotHeld, begun_by},
    core::Core,
    keys::at_rest::HiddenColumn,
    limits::{Limited, seconds_until},
    mail::address,
    refusal::Refusal,
};
use protocol::{
    activation::{ActivationBegun, LATER_RESEND_SECONDS},
    code::Code,
    ids::ActivationId,
};
use storage::{
    StorageError,
    activation::{ActivationStage, Renewed},
};

/// Why no other code is mailed.
#[derive(Debug, thiserror::Error)]
pub enum ResendRefused {
    /// Its address is erased, so it has to be begun again.
    #[error("there is no such activation any more")]
    Unknown,
    /// The request is not from the phone that began the activation.
    #[error(transparent)]
    NotHeld(#[from] NotHeld),
    /// The phone is activated already.
    #[error("the code was used already")]
    Used,
    /// All tries are used up.
    #[error("all tries are used up")]
    Exhausted,
    /// The last mail was sent too recently.
    #[error("the last mail is too new: again in {after_s} s")]
    TooSoon {
        /// Seconds to wait.
        after_s: u32,
    },
    /// A limit is reached.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ResendRefused> for Refusal {
    fn from(why: ResendRefused) -> Self {
        match why {
            ResendRefused::Unknown => Code::ActivationUnknown.into(),
            ResendRefused::NotHeld(why) => why.into(),
            ResendRefused::Used => Code::CodeUsed.into(),
            ResendRefused::Exhausted => Code::CodeExhausted.into(),
            ResendRefused::TooSoon { after_s } => Refusal::after(Code::ResendTooSoon, after_s),
            ResendRefused::Limited(why) => why.into(),
            ResendRefused::Storage(error) => error.into(),
        }
    }
}

/// Mails another code; the code before it becomes invalid.
pub async fn resend(
    core: &Core,
    id: ActivationId,
    request: FromHolder<()>,
) -> Result<ActivationBegun, ResendRefused> {
    let activation = begun_by(core, id, &request).await?;
    match activation.stage {
        ActivationStage::Begun { .. } => {}
        ActivationStage::Completed { .. } => return Err(ResendRefused::Used),
        ActivationStage::Exhausted => return Err(ResendRefused::Exhausted),
    }

    let now = core.now();
    if now < activation.resend_at {
        let after_s = seconds_until(now, activation.resend_at);
        return Err(ResendRefused::TooSoon { after_s });
    }
    let email = activation.email.ok_or(ResendRefused::Unknown)?;
    // The key that hid the address is gone: the address counts as erased.
    let email = core
        .keys
        .reveal(HiddenColumn::ActivationAddress, id, &email)
        .map_err(|_| ResendRefused::Unknown)?;
    // Checked first, so that an address at its limit does not use the allowance of all clients.
    let counted_as = core.keys.mail_tag(&address::counted_as(&email));
    let allowance = core.rules.mails_per_address;
    let free_at = core
        .storage
        .mail_free_at(counted_as, allowance, now)
        .await?;
    if let Some(free_at) = free_at {
        return Err(too_many(core, free_at, now).into());
    }
    room_for_a_mail(core, now)?;
    let code = new_code(
        core,
        id,
        &email,
        activation.language,
        LATER_RESEND_SECONDS,
        now,
    );
    let (expires_at, resend_at) = (code.expires_at, code.resend_at);
    let renewed = core.storage.renew_code(id, code).await;
    if !matches!(renewed, Ok(Renewed::Done)) {
        core.limits.mail_back();
    }
    match renewed? {
        Renewed::Done => {}
        Renewed::TooMany { free_at } => return Err(too_many(core, free_at, now).into()),
        // Another request of the same phone came first.
        Renewed::No => {
            let after_s = seconds_until(now, resend_at);
            return Err(ResendRefused::TooSoon { after_s });
        }
    }
    core.events.count("activation", "resent");
    core.wakers.mail.notify_one();
    Ok(begun(id, expires_at, resend_at, now))
}
