//! The codes on the back of a card, as SVG shapes in millimetres.

pub mod code128;
pub mod pdf417;
pub mod qr;

use std::fmt::Write as _;

/// The place and the size of a code, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// From the card's left edge.
    pub x: f64,
    /// From the card's top edge.
    pub y: f64,
    /// Its width, without the quiet zone.
    pub width: f64,
    /// Its height, without the quiet zone.
    pub height: f64,
}

/// One path of rectangles: `dark` tells for each cell of a grid whether it has ink.
///
/// Runs of dark cells become one rectangle, to avoid hairlines between them.
fn grid(place: Area, columns: usize, rows: usize, dark: impl Fn(usize, usize) -> bool) -> String {
    let (dx, dy) = (place.width / columns as f64, place.height / rows as f64);
    let mut path = String::with_capacity(columns * rows * 12);
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let start = column;
            while column < columns && dark(column, row) {
                column += 1;
            }
            if column > start {
                let (x, y) = (place.x + start as f64 * dx, place.y + row as f64 * dy);
                let width = (column - start) as f64 * dx;
                // A little taller than the row, so that rows have no gap.
                let height = dy * 1.02;
                // Writing to a String cannot fail.
                let _ = write!(path, "M{x:.4} {y:.4}h{width:.4}v{height:.4}h-{width:.4}z");
            }
            column += 1;
        }
    }
    format!(r##"<path fill="#111" d="{path}"/>"##)
}

/// A white plate under a code, `quiet` millimetres wider on every side.
fn plate(place: Area, quiet: f64) -> String {
    format!(
        r##"<rect x="{:.3}" y="{:.3}" width="{:.3}" height="{:.3}" fill="#fff"/>"##,
        place.x - quiet,
        place.y - quiet,
        place.width + 2.0 * quiet,
        place.height + 2.0 * quiet
    )
}
