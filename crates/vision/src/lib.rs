//! Pictures of the voter credential: its codes, its machine-readable zone, and checks of photographs.
//!
//! Pure: pixels in, values of [`credential`] out; no file, no network, no clock. A blurred card
//! is not an error: readers answer with a value and its findings.
#![forbid(unsafe_code)]

pub mod mrz;
pub mod photo;
pub mod qr;
pub mod raster;
