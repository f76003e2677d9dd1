//! The tally: three numbers, never one.

mod show;

pub use show::{ShowRefused, show};
