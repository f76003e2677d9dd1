//! The whole system, told by people: the real server over real HTTP, the real app-core.
//!
//! - [`world::TestWorld`] is a fresh data folder with the processes and [`campaigns`] of these
//!   stories and a roll, loaded through the command line, and the server that runs on it. Dropping
//!   it fails the test if loose ends remain.
//! - [`people`] give their apoyo and have pictures of their credentials.
//! - [`wire`] speaks the protocol by hand and may lie. [`citizen`] is a person without a screen, who
//!   opens the doors of the app; [`journey`] takes one step at a time, so that a story can interrupt
//!   it between any two.
//! - [`phone_process`] is a phone in a process of its own, [`stepping`] stops it at a step so that
//!   it can be killed there, [`memory`] measures what it used.
//! - [`server`] starts, stops and kills the server; [`rows`] and [`mailbox`] read its data.
//! - [`keys`] handles the keys that apoyos are sealed to, as operators and reviewers do.
//! - [`proxy`] cuts connections, [`smtp`] is a mail relay that can misbehave, [`faults`] breaks the disk
//!   and moves the clock.
//!
//! The stories are in `flows/`, a module per topic, linked into one program.
#![forbid(unsafe_code)]

pub mod binary;
pub mod campaigns;
pub mod citizen;
pub mod faults;
pub mod interop;
pub mod journey;
pub mod keys;
pub mod mailbox;
pub mod memory;
pub mod people;
pub mod phone_process;
pub mod postfix;
pub mod proxy;
pub mod rows;
pub mod server;
pub mod smtp;
pub mod stepping;
pub mod wire;
pub mod world;
