//! Synthetic people, their credentials and photographs of them.
//!
//! The people are invented, and no photograph of a person was used: names are words such as PRUEBA, faces
//! are drawn with a few curves, and both sides of every card are stamped MUESTRA. The same seed gives
//! the same people, cards and photographs, byte for byte. Person number 7 of a seed does not depend on
//! the number of people.
//!
//! - [`Person::synthetic`] makes a person; [`Person::roll_line`] is their line in the roll.
//! - [`draw`] gives the two sides of the card, a selfie and a signature.
//! - [`photograph`] puts a side of a card on a desk and takes a picture of it, at five levels of
//!   difficulty.
//! - [`camera`] turns pictures into a film for a fake camera.
//!
//! The rate of photographs that the app's own reader reads, by level and size:
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
