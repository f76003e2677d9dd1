//! Campaigns: who asks for apoyo, from whom, until when.

pub mod list;
