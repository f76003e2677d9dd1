//! What the server does, without a door: no HTTP, no command line, no SMTP, no SQL.
//!
//! One function per doing ([`activation::begin`], [`apoyos::submit`], [`campaigns::create`]). Its
//! arguments say who may ask: [`asking::FromStranger`] for a phone that has no name yet,
//! [`asking::Signed`] for an activated phone, neither for an operator at the command line. Its
//! error is a small enum, and the enum's conversion into a [`refusal::Refusal`] is the one answer
//! of every door.
//!
//! What the outside does for it is behind [`ports`]: the process that opens a picture, the
//! carrier of mails, the providers that confirm addresses, the operator's counters. The parts
//! that most doings need are in [`core::Core`]; what is remembered is behind
//! [`storage::Storage`].
//!
//! To add a doing: 1. its wire types in `protocol`, if it has any; 2. its storage operation;
//! 3. a function and its error enum in the topic's folder here, and the enum's `From` for
//! [`refusal::Refusal`]; 4. a door in `backend`: a route, a page, a verb or a job.
#![forbid(unsafe_code)]

pub mod activation;
pub mod apoyos;
pub mod asking;
pub mod attestation;
pub mod blobs;
pub mod campaigns;
pub mod clock;
pub mod core;
pub mod days;
pub mod devices;
pub mod judging;
pub mod keys;
pub mod limits;
pub mod mail;
pub mod ports;
pub mod processes;
pub mod recall;
pub mod refusal;
pub mod roll;
pub mod rules;
pub mod signin;
pub mod tags;
pub mod tallies;
pub mod tally;
pub mod wakers;

pub use crate::core::{Core, Parts};
