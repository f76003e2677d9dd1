//! Judging apoyos: their pictures are read again, the person is looked up in the roll, and the
//! verdict moves status and tally.

mod judge;
mod look;
mod pending;
mod sealing_keys;
mod unread;

pub use pending::{NotNow, judge_pending, round};
pub use sealing_keys::take_up;
pub use unread::look_at_unread;
