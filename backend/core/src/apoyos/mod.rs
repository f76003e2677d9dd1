//! Apoyos: checked, recorded and receipted; looked up later by the phone that sent them.

pub mod opened;
pub mod receipt;
pub mod state;
pub mod submit;
pub mod validate;
