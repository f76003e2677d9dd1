//! The tally: three numbers, never one.

mod ready;
mod show;

pub use ready::{Ready, Tallies};
pub use show::{ShowRefused, show};
