//! The tally: several numbers, never one alone.

mod show;

pub use show::{ShowRefused, show};
