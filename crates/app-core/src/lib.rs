//! The app without a screen: what a person does, and what the phone remembers.
//!
//! [`doors`] is the list of everything that a person can do, [`views`] what the screen is told,
//! [`app::App`] the one thing that a shell opens: `App::open(ports, config)`, then
//! `App::open_door(door, picture)` as often as it likes, and `App::background()` spawned once.
//! [`ports`] says what the phone must lend; [`adapters`] lend it on a computer.
//!
//! Every rule of the app lives here or below (the card's own in `credential`), never in a
//! screen. What must survive the app being killed is in the phone's SQLite before the door
//! answers ([`store`]).
//!
//! To add a door: a variant in [`doors::Door`], a line in `dispatch.rs`, a method on
//! [`app::App`] in the topic's file, a test told by a person in `tests/`.
#![forbid(unsafe_code)]

mod activation;
pub mod adapters;
pub mod api;
mod apoyo;
pub mod app;
mod campaigns;
mod capture;
mod card;
mod dispatch;
pub mod doors;
mod draft;
pub mod notice;
mod person;
pub mod ports;
mod queue;
mod receipts;
pub mod steps;
pub mod store;
mod viewfinder;
pub mod views;

pub use app::{App, Config};
pub use doors::{Answer, Door};
pub use ports::Ports;
