//! The app without a screen: what a person does, and what the phone stores.
//!
//! [`doors`] lists everything that a person can do. [`views`] are the answers for the screen,
//! [`code`] the reasons why a door stays shut. A shell opens one [`app::App`]:
//! `App::open(ports, config)`. It then calls `App::open_door(door, picture)` for each door, and
//! spawns `App::background()` once. [`ports`] are the interfaces to the machine; [`adapters`]
//! implement them on a computer.
//!
//! All rules of the app are here or below (those of the card in `credential`), never in a
//! screen. A door answers only after the phone's SQLite holds what must survive a crash
//! ([`store`]).
//!
//! To add a door: a variant in [`doors::Door`], a line in `dispatch.rs`, a method on
//! [`app::App`] in the topic's file, and a test told by a person in `tests/`.
#![forbid(unsafe_code)]

mod activation;
pub mod adapters;
pub mod api;
mod apoyos;
pub mod app;
mod campaigns;
mod capture;
mod card;
pub mod code;
pub mod config;
mod dispatch;
pub mod doors;
mod draft;
mod entry;
pub mod notice;
mod person;
pub mod ports;
mod queue;
mod receipts;
mod running;
mod state;
pub mod steps;
pub mod store;
mod viewfinder;
pub mod views;

pub use app::App;
pub use capture::LONGEST_PICTURE;
pub use code::{AppCode, PhoneCode, Problem};
pub use config::Config;
pub use doors::{Answer, Door};
pub use ports::Ports;
