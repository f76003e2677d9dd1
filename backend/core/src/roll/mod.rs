//! Importing the roll (lista nominal): a CSV file becomes keyed hashes, all or nothing.

pub mod expected;
pub mod fault;
mod hashing;
pub mod import;
pub mod line;
pub mod rows;
