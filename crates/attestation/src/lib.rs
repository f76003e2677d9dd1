//! What a phone's hardware says about its key, verified offline.
//!
//! Two doors: [`android::verify`] for a chain of Android Key Attestation, [`apple::verify`] for
//! an object of App Attest. Both give facts or a [`Fault`]; what the facts are worth is the
//! server's to decide. Nothing here reads a file, a clock or a network: trusted [`Roots`], the
//! list of [`Revocations`] and the present come in as arguments.
//!
//! Shared by both: `certificate` (one certificate, its raw bytes kept), `signature` (did this
//! key sign these bytes), `path` (from the leaf to a trusted key).
//!
//! To trust another root: its PEM in `roots/`, a line in [`Roots::google`] or [`Roots::apple`].
#![forbid(unsafe_code)]

pub mod android;
pub mod apple;
mod certificate;
mod fault;
mod path;
mod revocation;
mod roots;
mod signature;

pub use fault::Fault;
pub use revocation::{RevocationFault, Revocations, serials};
pub use roots::Roots;

/// A moment: how long after the beginning of 1970, in UTC.
pub type SinceEpoch = std::time::Duration;
