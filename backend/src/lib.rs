//! The server: it activates phones, receives apoyos, judges and counts them, and shows tallies.
//!
//! Rooms: [`http`] is the edge (router, refusals, limits); [`activation`], [`signin`], [`campaigns`],
//! [`blobs`], [`apoyos`] and [`tally`] hold one file per endpoint; [`jobs`] and [`mail`] work
//! without a request, [`bounces`] are mails that came back; [`limits`] bounds what strangers may
//! ask for; [`roll`] brings the lista nominal in; [`pages`] and [`demo`] are what a
//! browser sees; [`cli`] is the command line. What is remembered is behind
//! [`storage::Storage`]: nothing in here names SQL.
//!
//! To add an endpoint: 1. a file in its topic's folder with the handler and its
//! `#[utoipa::path]`; 2. a line in `http/router.rs`; 3. a line in `http/openapi.rs`;
//! 4. its story in a test at the bottom of the file.
#![forbid(unsafe_code)]

pub mod activation;
pub mod apoyos;
pub mod attestation;
pub mod blobs;
pub mod bounces;
pub mod campaigns;
pub mod cli;
pub mod config;
pub mod demo;
pub mod http;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod mail;
pub mod pages;
pub mod roll;
pub mod server;
pub mod signin;
pub mod tally;
