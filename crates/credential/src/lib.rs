//! The values of the voter credential: its keys, numbers, names, MRZ and QR texts, and the
//! reading that joins them.
//!
//! Pure: text in, values out; no pixels, no file, no network, no clock. The crate `vision` reads
//! the texts from pictures.
#![forbid(unsafe_code)]

pub mod clave_elector;
pub mod curp;
pub mod entidades;
mod inconvenient;
pub mod model;
pub mod mrz;
pub mod names;
pub mod numbers;
pub mod qr;
pub mod reading;
pub mod rfc;
pub mod sex;
pub mod short_date;
mod text_value;
pub mod typed;

pub use clave_elector::ClaveElector;
pub use curp::Curp;
pub use entidades::Entidad;
pub use model::Model;
pub use mrz::Mrz;
pub use names::FullName;
pub use numbers::{Cic, Identificador, OcrNumber, Seccion};
pub use qr::{PublicQr, QrKind, QrPayload, StructuredQr};
pub use reading::{Finding, FindingCode, Reading, Severity};
pub use rfc::Rfc;
pub use sex::Sex;
