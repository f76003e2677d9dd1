//! Everything that crosses the wire between the app and the server, and nothing else.
//!
//! One file per topic, each with the shapes of its requests and answers:
//! [`activation`], [`signin`], [`attestation`], [`work`], [`apoyos`], [`campaigns`], [`receipt`],
//! [`tally`].
//! They share [`ids`], [`language`], [`code`] (the stable words of refusals), [`reason`] (why an apoyo
//! is not counted), [`context`] (the bytes that are signed), [`seal`] (envelope encryption),
//! [`sensitive`] (values that cannot be printed) and [`environment`] (time and randomness).
//!
//! To add a message: write its shape in the topic's file; if it is signed, append a number
//! to [`context::Context`]; run `cargo xtask gen` for the TypeScript side.
#![forbid(unsafe_code)]

pub mod activation;
pub mod apoyo_file;
pub mod apoyos;
pub mod attestation;
pub mod campaigns;
pub mod code;
pub mod context;
pub mod device_ended;
pub mod devices;
pub mod environment;
pub mod ids;
pub mod language;
pub mod mailbox;
mod pasted_code;
pub mod reason;
pub mod receipt;
pub mod seal;
pub mod sensitive;
pub mod signin;
pub mod tally;
pub mod time_zone;
pub mod work;
