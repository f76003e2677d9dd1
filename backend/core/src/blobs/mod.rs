//! The pictures: uploaded by their hash, before the apoyo that names them.

pub mod head;
pub mod picture;
pub mod put;
pub mod sealed;
