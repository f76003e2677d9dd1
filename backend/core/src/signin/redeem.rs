//! Redeems the ticket of a sign-in.

use super::ticket_hash;
use crate::{
    asking::{FromStranger, NEW, NotProved},
    core::Core,
    keys::at_rest::HiddenColumn,
    refusal::Refusal,
};
use chrono::TimeDelta;
use protocol::{
    code::Code,
    ids::SigninId,
    signin::{PROVED_MINUTES, RedeemTicket, SigninProved},
};
use storage::StorageError;

/// Why a ticket is refused.
#[derive(Debug, thiserror::Error)]
pub enum RedeemRefused {
    /// The request is in the name of an activated phone.
    #[error(transparent)]
    NotProved(#[from] NotProved),
    /// The sign-in does not exist.
    #[error("there is no such sign-in")]
    Unknown,
    /// Another phone began the sign-in.
    #[error("another phone began the sign-in")]
    Foreign,
    /// The ticket is not valid, as this word says.
    #[error("the ticket does not hold: {0}")]
    Ticket(Code),
    /// The storage refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<RedeemRefused> for Refusal {
    fn from(why: RedeemRefused) -> Self {
        match why {
            RedeemRefused::NotProved(why) => why.into(),
            RedeemRefused::Unknown => Code::SigninUnknown.into(),
            RedeemRefused::Foreign => Code::SigninForeign.into(),
            RedeemRefused::Ticket(code) => code.into(),
            RedeemRefused::Storage(error) => error.into(),
        }
    }
}

/// Redeems a ticket. Only the key that began the sign-in can do that, so a stolen ticket is useless.
pub async fn redeem(
    core: &Core,
    id: SigninId,
    request: FromStranger<RedeemTicket>,
) -> Result<SigninProved, RedeemRefused> {
    request.proof.in_name(NEW)?;
    let key = core.storage.signin_key(id).await?;
    let key = key.ok_or(RedeemRefused::Unknown)?;
    request
        .proof
        .signed_by(&key)
        .map_err(|_| RedeemRefused::Foreign)?;

    let now = core.now();
    let until = now + TimeDelta::minutes(PROVED_MINUTES);
    let ticket = ticket_hash(id, &request.asked.ticket);
    let redeemed = core
        .storage
        .redeem_ticket(id, ticket, until, now)
        .await?
        .map_err(RedeemRefused::Ticket)?;
    let email = match redeemed.email {
        None => None,
        // The key that hid the address is gone: the sign-in counts as unknown.
        Some(hidden) => Some(
            core.keys
                .reveal(HiddenColumn::SigninAddress, id, &hidden)
                .map_err(|_| RedeemRefused::Unknown)?,
        ),
    };
    core.events.count("signin", "redeemed");
    Ok(SigninProved {
        email,
        expires_at: redeemed.expires_at,
    })
}
