//! The tally: three numbers, never one.

pub mod show;
