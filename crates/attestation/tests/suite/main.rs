//! Attestations of real phones, forgeries, and attestations of simulated phones.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod apple;
mod authority;
mod forged;
mod honest;
mod iphone;
mod real_phones;
mod statement;
mod tlv;
