//! The tally: several numbers, never one alone.

mod ready;
mod show;

pub use ready::{Ready, Tallies};
pub use show::{ShowRefused, show};
