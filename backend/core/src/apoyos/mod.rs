//! Apoyos: checked, recorded and receipted; looked up later by the phone that sent them.

mod opened;
mod receipt;
mod state;
mod submit;
mod validate;

pub use receipt::receipt;
pub use state::{NotYours, state};
pub use submit::{SubmitRefused, submit};
