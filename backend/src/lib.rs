//! The server's doors (HTTP, pages, the command line) and the adapters for the core's ports.
//!
//! Every decision is in `server-core`. Rooms:
//! [`http`] knows requests, and has one file of handlers per topic in `http/routes`; [`pages`] is
//! what a browser sees; [`router`] is the list of all addresses; [`cli`] is the command line;
//! [`work`] repeats the core's rounds of work. [`mail`], [`providers`] and [`read_back`] are
//! adapters for the core's ports, [`metrics`] counts, [`config`] reads the operator's file, and
//! [`app`] holds the parts that handlers name.
//!
//! To add a door to something that the core does: 1. a handler in the topic's file in
//! `http/routes`, with its `#[utoipa::path]`; 2. its line in [`router`]. Or a verb: a file in
//! `cli`.
#![forbid(unsafe_code)]

pub mod app;
pub mod cli;
pub mod config;
pub mod disk;
pub mod figures;
pub mod http;
pub mod kept_pages;
pub mod mail;
pub mod metrics;
pub mod pages;
pub mod providers;
pub mod read_back;
pub mod router;
pub mod tags;
pub mod work;
