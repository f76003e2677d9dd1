//! The tally: three numbers, never one.

mod compute;
mod refused;
mod show;

pub use refused::ShowRefused;
pub use show::show;
