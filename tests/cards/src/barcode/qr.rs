//! QR codes: the public one, and the two dense ones that only the authority can read.

use super::{Area, grid, plate};
use qrcode::{Color, EcLevel, QrCode, Version};

/// The kind of QR, with its error correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The small public one: about a sixth of it may be unreadable.
    Public,
    /// A dense one of this version, full.
    Dense(i16),
}

/// The SVG of a QR with these bytes.
///
/// # Panics
/// When the bytes do not fit the kind, which is a mistake of the caller.
pub fn svg(bytes: &[u8], kind: Kind, place: Area) -> String {
    let code = match kind {
        Kind::Public => QrCode::with_error_correction_level(bytes, EcLevel::M),
        Kind::Dense(version) => QrCode::with_version(bytes, Version::Normal(version), EcLevel::L),
    }
    .expect("the bytes fit this kind of QR");
    let (width, colors) = (code.width(), code.to_colors());
    let quiet = 4.0 * place.width / width as f64;
    let modules = grid(place, width, width, |column, row| {
        colors[row * width + column] == Color::Dark
    });
    plate(place, quiet) + &modules
}
