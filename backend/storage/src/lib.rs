//! What the server remembers: a contract per topic, and the engines that keep it.
//!
//! Each topic has its plain types and its trait in one file ([`activations`], [`apoyos`],
//! [`campaigns`], [`mail`], [`roll`], [`signins`], [`blobs`]); an engine implements all of them under the
//! same file names ([`sqlite`]). Every method is one transaction: it is durable when it
//! returns, or nothing of it happened.
//!
//! To add an operation: 1. write it on the topic's trait, with what it promises; 2. write it
//! in `sqlite/<topic>.rs`; 3. tell its story in `suite/<topic>.rs`, which runs on every engine.
#![forbid(unsafe_code)]

pub mod activations;
pub mod apoyos;
pub mod attention;
pub mod blobs;
pub mod campaigns;
pub mod error;
pub mod mail;
pub mod roll;
pub mod rules;
pub mod signins;
pub mod sqlite;

pub use error::StorageError;

/// Everything that the server remembers except the evidence itself (see [`blobs::BlobStore`]).
pub trait Storage:
    activations::Activations
    + apoyos::Apoyos
    + attention::Attention
    + campaigns::Campaigns
    + mail::Mail
    + roll::Roll
    + signins::Signins
    + Send
    + Sync
{
}

impl<T> Storage for T where
    T: activations::Activations
        + apoyos::Apoyos
        + attention::Attention
        + campaigns::Campaigns
        + mail::Mail
        + roll::Roll
        + signins::Signins
        + Send
        + Sync
{
}
