//! Judges apoyos: reads their pictures again, looks the person up in the roll, and records a verdict
//! that moves status and tally.

mod judge;
mod look;
mod not_now;
mod one;
mod pending;
mod round;
mod sealing_keys;
mod unopened;

pub use not_now::NotNow;
pub use pending::judge_pending;
pub use round::round;
pub use sealing_keys::take_up;
pub use unopened::judge_unopened;
