//! The phone that began gets what its ticket is worth.

use super::ticket_hash;
use crate::{
    asking::{FromStranger, NEW, NotProved},
    core::Core,
    keys::at_rest::Place,
    refusal::Refusal,
};
use chrono::TimeDelta;
use protocol::{
    code::Code,
    ids::SigninId,
    signin::{PROVED_MINUTES, RedeemTicket, SigninProved},
};
use storage::StorageError;

/// Why a ticket is worth nothing.
#[derive(Debug, thiserror::Error)]
pub enum RedeemRefused {
    /// It comes in a name that the server has given.
    #[error(transparent)]
    NotProved(#[from] NotProved),
    /// There is no such sign-in.
    #[error("there is no such sign-in")]
    Unknown,
    /// Another phone began it.
    #[error("another phone began the sign-in")]
    Foreign,
    /// The ticket does not hold, as this word says.
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

/// Redeems a ticket. It is worth nothing without the key that began: a thief learns nothing.
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
        // Hidden with a key that is gone: it counts as forgotten.
        Some(hidden) => Some(
            core.keys
                .reveal(Place::SigninAddress, id, &hidden)
                .map_err(|_| RedeemRefused::Unknown)?,
        ),
    };
    core.events.count("signin", "redeemed");
    Ok(SigninProved {
        email,
        expires_at: redeemed.expires_at,
    })
}
