//! The voter credential: what it says, and reading it from pictures.
//!
//! Pure: bytes in, values out; no file, no network, no clock. A blurred card is not an
//! exception: readers answer with a value and its findings.
#![forbid(unsafe_code)]

pub mod entidades;
pub mod model;
pub mod reading;

pub use entidades::Entidad;
pub use model::Model;
