//! What the server stores: a contract per topic, and the engines that keep it.
//!
//! Each topic has its plain types and its trait in one file ([`activation`], [`apoyos`],
//! [`sampling`], [`audit`], [`tags`], [`campaigns`], [`judging`], [`limits`], [`mail`], [`roll`],
//! [`signin`], [`blobs`]); an engine implements all of
//! them under the same file names ([`sqlite`]). Every method is one transaction: when it returns,
//! either all of it is durable or nothing of it happened. Decisions inside a transaction are in
//! [`rules`], without a database: an engine reads, asks the rule and writes. [`Engine`] holds what an
//! engine does beyond the topics; only [`open`] names engines.
//!
//! To add an operation: 1. write it on the topic's trait, with what it promises; 2. write what
//! it decides in `rules/<topic>.rs`, with its tests; 3. write its SQL in `sqlite/<topic>.rs`;
//! 4. tell its story in `tests/suite/<topic>.rs` and list it in `tests/suite/stories.rs`, which
//! runs on every engine.
//!
//! To add an engine: a folder with the topics' file names that implements [`Engine`], one
//! function in [`open`], and one line at the end of `tests/suite/stories.rs`.
#![forbid(unsafe_code)]

pub mod activation;
pub mod apoyos;
pub mod audit;
pub mod blobs;
mod blocking;
pub mod campaigns;
pub mod clock;
pub mod engine;
pub mod error;
pub mod head;
pub mod judging;
pub mod limits;
pub mod mail;
pub mod open;
pub mod roll;
pub mod rules;
pub mod sampling;
pub mod signin;
pub mod sqlite;
pub mod tags;

pub use engine::{Engine, OpenError, Settings};
pub use error::StorageError;

/// Everything that the server stores except the evidence itself (see [`blobs::BlobStore`]).
pub trait Storage:
    activation::Activations
    + apoyos::Apoyos
    + audit::Audit
    + sampling::ReviewSampling
    + campaigns::Campaigns
    + clock::Clocks
    + judging::Judging
    + limits::Limits
    + mail::Mail
    + roll::Roll
    + signin::Signins
    + tags::Tags
    + Send
    + Sync
{
}

impl<T> Storage for T where
    T: activation::Activations
        + apoyos::Apoyos
        + audit::Audit
        + sampling::ReviewSampling
        + campaigns::Campaigns
        + clock::Clocks
        + judging::Judging
        + limits::Limits
        + mail::Mail
        + roll::Roll
        + signin::Signins
        + tags::Tags
        + Send
        + Sync
{
}
