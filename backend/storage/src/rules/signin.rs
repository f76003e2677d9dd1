//! Sign-ins: what a state, a ticket and a redeemed sign-in are worth.
//!
//! `begun → asking → proved → redeemed → spent`, or `failed`. A state and a ticket are used once.

use crate::signin::KEPT_MINUTES;
use chrono::TimeDelta;
use protocol::{code::Code, environment::Timestamp, ids::ProviderId};

/// The stage of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigninStage {
    /// The browser is with the provider.
    Begun,
    /// The browser came back, and the provider is asked.
    Asking,
    /// It ended without a proof.
    Failed,
    /// The provider confirmed the account; the ticket is on its way to the phone.
    Proved,
    /// The phone has redeemed the ticket.
    Redeemed,
    /// An activation has used it.
    Spent,
}

impl SigninStage {
    /// Its word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            SigninStage::Begun => "begun",
            SigninStage::Asking => "asking",
            SigninStage::Failed => "failed",
            SigninStage::Proved => "proved",
            SigninStage::Redeemed => "redeemed",
            SigninStage::Spent => "spent",
        }
    }

    /// The stage with this word.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Begun,
            Self::Asking,
            Self::Failed,
            Self::Proved,
            Self::Redeemed,
            Self::Spent,
        ]
        .into_iter()
        .find(|stage| stage.as_str() == word)
    }
}

/// The row that a state names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRow {
    /// Whether its state was used: its secrets are gone.
    pub used: bool,
    /// Its provider.
    pub provider: String,
    /// Until when the browser may come back.
    pub expires_at: Timestamp,
}

/// The verdict on a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateWorth {
    /// The provider is asked now.
    Taken,
    /// It belongs to another provider's sign-in, which ends by it.
    Foreign,
    /// It was used before.
    Used,
    /// The browser came too late.
    Expired,
}

impl StateWorth {
    /// The stage that follows; `None`: nothing is written. A state that went astray is used up.
    pub const fn next_stage(self) -> Option<SigninStage> {
        match self {
            StateWorth::Taken => Some(SigninStage::Asking),
            StateWorth::Foreign | StateWorth::Expired => Some(SigninStage::Failed),
            StateWorth::Used => None,
        }
    }
}

/// Decides on a state that a browser brought back from this provider.
pub fn use_state(row: &StateRow, provider: &ProviderId, now: Timestamp) -> StateWorth {
    if row.used {
        StateWorth::Used
    } else if row.provider != provider.as_str() {
        StateWorth::Foreign
    } else if now >= row.expires_at {
        StateWorth::Expired
    } else {
        StateWorth::Taken
    }
}

/// The row that a ticket names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    /// Its stage.
    pub stage: SigninStage,
    /// SHA-256 of its ticket, if it has one.
    pub ticket_hash: Option<[u8; 32]>,
    /// When its stage expires.
    pub expires_at: Timestamp,
}

/// A ticket that is redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedeemedTicket {
    /// Whether it is redeemed for the first time: then the row is written.
    pub first: bool,
    /// Until when an activation may name the sign-in.
    pub expires_at: Timestamp,
}

/// Decides whether a ticket is redeemed; `until`: the end of the next stage. The same ticket
/// again gets the same answer until it is spent.
pub fn redeem(
    row: &TicketRow,
    ticket_hash: [u8; 32],
    until: Timestamp,
    now: Timestamp,
) -> Result<RedeemedTicket, Code> {
    // Both are hashes of 256 random bits: the time that the comparison takes says nothing.
    if row.ticket_hash != Some(ticket_hash) {
        return Err(Code::SigninTicketInvalid);
    }
    if row.stage == SigninStage::Spent {
        return Err(Code::SigninUsed);
    }
    if now >= row.expires_at {
        return Err(Code::SigninExpired);
    }
    let first = row.stage == SigninStage::Proved;
    Ok(RedeemedTicket {
        first,
        expires_at: if first { until } else { row.expires_at },
    })
}

/// The sign-in that an activation names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedRow {
    /// Its stage.
    pub stage: SigninStage,
    /// The key that it belongs to, as a point.
    pub device_key: Vec<u8>,
    /// Until when an activation may name it.
    pub expires_at: Timestamp,
    /// Keyed hash of the address; `None` where the provider did not say.
    pub mail_tag: Option<[u8; 32]>,
}

/// Decides whether an activation of this key and this address may spend the sign-in.
pub fn spend(
    row: &ProvedRow,
    device_key: &[u8],
    mail_tag: &[u8; 32],
    now: Timestamp,
) -> Result<(), Code> {
    if row.device_key != device_key {
        return Err(Code::SigninForeign);
    }
    match row.stage {
        SigninStage::Redeemed => {}
        SigninStage::Spent => return Err(Code::SigninUsed),
        // Its ticket has not come back yet.
        _ => return Err(Code::SigninUnknown),
    }
    if now >= row.expires_at {
        return Err(Code::SigninExpired);
    }
    match &row.mail_tag {
        Some(proved) if proved != mail_tag => Err(Code::SigninEmailDiffers),
        _ => Ok(()),
    }
}

/// Rows that expired at this moment or earlier are deleted.
pub fn deleted_before(now: Timestamp) -> Timestamp {
    now - TimeDelta::minutes(KEPT_MINUTES)
}
