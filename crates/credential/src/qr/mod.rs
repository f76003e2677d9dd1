//! QR codes on a credential's back: from pixels to what they say.

pub mod payload;

pub use payload::{QrKind, QrPayload, StructuredQr};
