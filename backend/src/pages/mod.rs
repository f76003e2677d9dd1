//! What a browser sees: plain pages that work without script, printed, and read aloud.

pub mod assets;
pub mod days;
pub mod index;
pub mod kept;
pub mod layout;
pub mod outbox;
pub mod signin;
pub mod tally;
pub mod words;
