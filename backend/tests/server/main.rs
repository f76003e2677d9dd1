//! The server's stories, in one process: the real router over a real SQLite in a temporary
//! folder, with a clock that stands still and dice that always fall the same.
#![allow(
    clippy::unwrap_used,
    reason = "what a story's helpers cannot unwrap fails the story"
)]

mod activation;
mod apoyos;
mod blobs;
mod cli;
mod edge;
mod mail;
mod pages;
mod roll;
mod worker;
mod world;
