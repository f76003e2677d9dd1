//! The statement of a phone's hardware about its key becomes a tier: a signal for quotas and review.
//!
//! It is never a gate: the activation goes on with any statement, also with none or with nonsense,
//! and the reason is stored with the device. Of a chain the database keeps its hash and keyed hashes
//! of its issuers' serial numbers, so that a certificate that is revoked later is found again. The
//! database does not name a phone.

mod judge;
mod revocations;
mod revoked;

pub use judge::{Attestor, OurApps, Question};
pub use revocations::{RevocationsError, RevokedFile, file_in, install, load};
pub use revoked::{RevokeRefused, take_back};
