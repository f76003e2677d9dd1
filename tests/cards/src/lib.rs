//! Synthetic people, their credentials and photographs of them.
//!
//! None of these people exists and no photograph of a person was used: names are made of words that say
//! so, faces are drawn with a few curves, and both faces of every card are stamped MUESTRA.
//! The same seed gives the same people, the same cards and the same photographs, byte for
//! byte, each time; person number 7 of a seed is the same whether ten are drawn or a
//! million.
//!
//! - [`Person::synthetic`] makes somebody; [`Person::roll_line`] is their line in the roll.
//! - [`draw`] gives the two faces of the card, a selfie and a signature.
//! - [`photograph`] puts a face of a card on a desk and takes a picture of it, at five levels
//!   of difficulty.
//! - [`camera`] turns pictures into what a fake camera is fed with.
//!
//! How many photographs the app's own reader can read, by level and size:
//! `cargo run -p cards --example read_rate -- 12`.
//!
//! ```no_run
//! use cards::{Person, draw, photograph::{self, Level, Size}};
//! let person = Person::synthetic(1, 0);
//! let back = draw::back(&person, person.model, draw::DEFAULT_DPI);
//! let photo = photograph::take(&back, Level::Ordinary, Size::TwoMegapixels, 7);
//! let jpeg = photograph::jpeg(&photo, 85);
//! ```
#![forbid(unsafe_code)]

pub mod barcode;
pub mod camera;
pub mod cartography;
pub mod chance;
pub mod draw;
pub mod person;
pub mod photograph;
pub mod print;
pub mod roll;
mod sensor;
mod words;

pub use credential::Model;
pub use person::{Person, Shares, Standing};
