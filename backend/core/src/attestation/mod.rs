//! What a phone's hardware says about its key becomes a tier: a signal for quotas and review.
//!
//! Never a gate: whatever is said, nothing at all and nonsense included, the activation
//! goes on, and the reason is stored with the device. What is stored of a chain is its hash and keyed
//! hashes of the serial numbers of its issuers, so that a certificate that is taken back later
//! is found again; nothing in the database names a phone.

mod judge;
mod revocations;
mod revoked;

pub use judge::{Attestor, OurApps, Question};
pub use revocations::{RevocationsError, RevokedFile, file_in, install, load};
pub use revoked::{RevokeRefused, take_back};
