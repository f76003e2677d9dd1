//! The app told by people, against a server that really verifies signatures.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod activation;
mod apoyos;
mod campaigns;
mod capture;
mod forgetting;
mod lost;
mod mending;
mod network;
mod phone;
mod queue;
mod schemas;
mod sealing;
mod secrets;
mod server;
mod signin;
mod store;
mod tls;
mod traces;
mod work;
