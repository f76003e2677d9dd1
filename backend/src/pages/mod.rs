//! The pages for browsers: they work without script, in print, and read aloud.

pub mod assets;
pub mod days;
pub mod index;
pub mod layout;
pub mod outbox;
pub mod signin;
pub mod tally;
pub mod words;
