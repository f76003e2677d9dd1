//! The QR codes on a credential's back: what their texts say. `vision::qr` reads them from pixels.

pub mod payload;
mod public;

pub use payload::{QrKind, QrPayload, StructuredQr};
pub use public::PublicQr;
