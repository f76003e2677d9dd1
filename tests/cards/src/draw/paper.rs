//! The common parts of both sides: the paper with its fine lines, texts, and the stamp.

use super::{CARD_HEIGHT, CARD_WIDTH};
use std::fmt::Write as _;

/// Text at a place, its baseline at `y`; sizes in millimetres.
pub(super) struct Text<'a> {
    pub x: f64,
    pub y: f64,
    pub size: f64,
    pub bold: bool,
    pub fill: &'a str,
}

impl Text<'_> {
    /// Its SVG.
    pub fn svg(&self, words: &str) -> String {
        format!(
            r#"<text x="{:.2}" y="{:.2}" font-family="DejaVu Sans" font-size="{:.2}"{} fill="{}">{}</text>"#,
            self.x,
            self.y,
            self.size,
            if self.bold {
                r#" font-weight="bold""#
            } else {
                ""
            },
            self.fill,
            escaped(words)
        )
    }
}

/// A small grey label.
pub(super) fn label(x: f64, y: f64, words: &str) -> String {
    Text {
        x,
        y,
        size: 1.65,
        bold: false,
        fill: "#7a2a55",
    }
    .svg(words)
}

/// A printed value.
pub(super) fn value(x: f64, y: f64, words: &str) -> String {
    Text {
        x,
        y,
        size: 2.35,
        bold: true,
        fill: "#1c1a1e",
    }
    .svg(words)
}

fn escaped(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Waves of thin lines over the whole side, as in security printing.
fn fine_lines(colour: &str, lines: usize, swing: f64, turn: f64) -> String {
    let mut path = String::new();
    for line in 0..lines {
        let base = CARD_HEIGHT * (line as f64 + 0.5) / lines as f64;
        let phase = line as f64 * turn;
        let at = |x: f64| {
            base + swing * (x * 0.11 + phase).sin() + swing * 0.5 * (x * 0.31 - phase).sin()
        };
        let _ = write!(path, "M0 {:.2}", at(0.0));
        let mut x = 0.0;
        while x < CARD_WIDTH {
            x += 1.3;
            let _ = write!(path, "L{x:.1} {:.2}", at(x));
        }
    }
    format!(
        r#"<path d="{path}" fill="none" stroke="{colour}" stroke-width=".06" stroke-opacity=".7"/>"#
    )
}

/// The empty paper of a side, between its colours.
pub(super) fn sheet(from: &str, to: &str, lines: &str) -> String {
    format!(
        concat!(
            r#"<defs><linearGradient id="paper" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="{from}"/>"#,
            r#"<stop offset="1" stop-color="{to}"/></linearGradient></defs>"#,
            r#"<rect width="{width}" height="{height}" fill="url(#paper)"/>{waves}{more}"#
        ),
        from = from,
        to = to,
        width = CARD_WIDTH,
        height = CARD_HEIGHT,
        waves = fine_lines(lines, 40, 2.0, 0.17),
        more = fine_lines(lines, 30, 3.0, -0.23),
    )
}

/// The stamp that marks the card as a sample.
pub(super) fn stamp(x: f64, y: f64, size: f64, opacity: f64) -> String {
    format!(
        concat!(
            r##"<g transform="translate({x:.2} {y:.2}) rotate(-17)"><text text-anchor="middle" font-family="DejaVu Sans" "##,
            r##"font-weight="bold" font-size="{size:.2}" fill="#c2185b" fill-opacity="{opacity:.2}">MUESTRA</text></g>"##
        ),
        x = x,
        y = y,
        size = size,
        opacity = opacity
    )
}

/// The same in small opaque print, where it does not cover anything.
pub(super) fn notice(x: f64, y: f64) -> String {
    Text {
        x,
        y,
        size: 1.9,
        bold: true,
        fill: "#c2185b",
    }
    .svg("MUESTRA · SIN VALIDEZ")
}

/// A side of a card around its `content`.
pub(super) fn face(content: &str) -> String {
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{CARD_WIDTH}" height="{CARD_HEIGHT}">{content}</svg>"#
    )
}
