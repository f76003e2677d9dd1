//! The texts of the QR codes on a credential's back. `vision::qr` decodes them from pixels.

pub mod payload;
mod public;

pub use payload::{QrKind, QrPayload, StructuredQr};
pub use public::PublicQr;
