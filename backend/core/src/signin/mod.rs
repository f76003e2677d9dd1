//! Proving an address with an account elsewhere.
//!
//! The app asks ([`begin`]), the system's browser goes to the provider and comes back
//! ([`come_back`]), the app redeems the ticket that the browser brought ([`redeem`]), and the
//! activation names the sign-in. The provider's confirmation opens nothing by itself: the code is
//! mailed all the same.

mod begin;
mod callback;
mod redeem;

pub use begin::{BeginRefused, begin};
pub use callback::{CallbackRefused, CameBack, come_back};
pub use redeem::{RedeemRefused, redeem};

use crate::{core::Core, ports::SigninFault};
use protocol::{
    code::Code,
    context::{Context, signed_bytes},
    ids::{ProviderId, Sha256Hash, SigninId},
    signin::SigninTicket,
};

/// The database's hash of a state.
fn state_hash(state: &str) -> [u8; 32] {
    let bytes = signed_bytes(Context::SigninState, &[state.as_bytes()]);
    *Sha256Hash::of(&bytes).as_bytes()
}

/// The database's hash of a ticket.
fn ticket_hash(signin: SigninId, ticket: &SigninTicket) -> [u8; 32] {
    let fields: [&[u8]; 2] = [signin.as_bytes(), ticket.as_bytes()];
    let bytes = signed_bytes(Context::SigninTicket, &fields);
    *Sha256Hash::of(&bytes).as_bytes()
}

/// The code for the phone. The reason goes to the operator's log only.
fn fault_code(core: &Core, provider: &ProviderId, fault: &SigninFault) -> Code {
    tracing::warn!(%provider, %fault, "a sign-in came to nothing");
    match fault {
        SigninFault::Unavailable(_) => {
            core.events.count("signin", "unavailable");
            Code::SigninUnavailable
        }
        SigninFault::Untrusted(_) => {
            core.events.count("signin", "untrusted");
            Code::SigninUntrusted
        }
    }
}
