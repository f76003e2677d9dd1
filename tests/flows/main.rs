//! The stories, a module per topic. One alone: `cargo test -p e2e --test flows roll::`.
//!
//! Topics have the names of `protocol`, `storage` and the server. The other modules are named after
//! their fault.

mod activation;
mod apoyos;
mod blobs;
mod citizen;
mod disk_broken;
mod interop;
mod judging;
mod keys;
mod kills;
mod limits;
mod mail;
mod operating;
mod operators;
mod phone_kills;
mod phone_network;
mod phone_queue;
mod restore;
mod roll;
mod sealing;
mod server_away;
mod stolen;
mod storage_full;
mod strangers;
mod tagger;
