//! Offline verification of key attestations: statements of a phone's hardware about its key.
//!
//! Two entry points: [`android::verify`] for a chain of Android Key Attestation, and
//! [`apple::verify`] for an object of App Attest. Both return facts or a [`Fault`]; the server
//! evaluates the facts. This crate does not read a file, a clock or a network: the trusted
//! [`Roots`], the list of [`Revocations`] and the current time are arguments.
//!
//! Both use `certificate` (one certificate with its raw bytes), `signature` (verifies one
//! signature) and `path` (certificate path validation, from the leaf to a trusted key).
//!
//! To trust another root: add its PEM to `roots/`, and a line to [`Roots::google`] or
//! [`Roots::apple`].
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

/// A moment, as the duration since the beginning of 1970 in UTC.
pub type SinceEpoch = std::time::Duration;
