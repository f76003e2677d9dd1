//! Judging apoyos: their pictures are read again, the person is looked up in the roll, and the
//! verdict moves status and tally.

mod again;
mod judge;
mod look;
mod not_now;
mod one;
mod pending;
mod readers;
mod round;
mod sealing_keys;
mod turn;
mod unopened;

pub use again::judge_again;
pub use not_now::NotNow;
pub use pending::judge_pending;
pub use round::round;
pub use sealing_keys::take_up;
pub use unopened::judge_unopened;
