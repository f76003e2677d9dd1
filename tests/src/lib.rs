//! The whole system, told by people: the real server over real HTTP, the real app-core.
//!
//! - [`world::TestWorld`] is a fresh data folder with processes, campaigns and a roll, loaded
//!   through the command line, and the server that runs on it. Dropping it fails the test
//!   when something was left undone.
//! - [`people`] are those who give their apoyo, with pictures of their credentials.
//! - [`wire`] speaks the protocol by hand and may lie; [`journey`] goes through the app, door
//!   by door.
//! - [`keys`] handles the keys that apoyos are sealed to, as operators and reviewers do.
//! - [`proxy`] cuts connections, [`smtp`] is a mail relay with moods, [`faults`] takes away
//!   the disk and moves the clock.
//! - [`phone_process`] is a phone in a process of its own, [`stepping`] stops it at a step so that
//!   it can be killed there, [`memory`] says what it used.
//!
//! The stories are in `flows/`, one file per topic.
#![forbid(unsafe_code)]

pub mod binary;
pub mod campaigns;
pub mod citizen;
pub mod faults;
pub mod journey;
pub mod keys;
pub mod mailbox;
pub mod memory;
pub mod people;
pub mod phone_process;
pub mod proxy;
pub mod rows;
pub mod server;
pub mod smtp;
pub mod stepping;
pub mod wire;
pub mod world;
