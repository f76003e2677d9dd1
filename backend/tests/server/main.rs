//! The server's stories, in one process: the real router over a real SQLite in a temporary folder,
//! with a fixed clock and deterministic randomness.
#![allow(
    clippy::unwrap_used,
    reason = "what a story's helpers cannot unwrap fails the story"
)]

mod activation;
mod apoyos;
mod attestation;
// Simulated authorities and phones.
#[allow(dead_code, reason = "the verifier's own tests use all of it")]
#[path = "../../../crates/attestation/tests/suite/authority.rs"]
mod authority;
mod blobs;
mod bodies;
mod bounces;
mod cli;
mod clock;
mod confine;
mod edge;
mod enumeration;
mod given;
#[path = "../../../crates/attestation/tests/suite/iphone.rs"]
mod iphone;
mod judging;
mod judging_again;
mod judging_faults;
mod limits;
mod mail;
mod pages;
mod phone;
mod public;
mod restore;
mod roll;
mod signin;
#[path = "../../../crates/attestation/tests/suite/statement.rs"]
mod statement;
mod strangers;
mod tags;
#[path = "../../../crates/attestation/tests/suite/tlv.rs"]
mod tlv;
mod world;
