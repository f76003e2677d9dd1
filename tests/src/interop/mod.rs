//! Programs of others that the server has to get along with.

pub mod postfix;
pub mod readers;
