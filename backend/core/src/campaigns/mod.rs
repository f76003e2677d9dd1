//! Campaigns: who asks for apoyo, from whom, until when.

mod create;
mod list;

pub use create::{CreateRefused, Creation, check, create};
pub use list::list;
