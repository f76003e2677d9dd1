//! Programs of others that the server has to work with.

pub mod postfix;
pub mod readers;
