//! Faults of a photograph, one at a time.

use image::{Rgb, RgbImage};

/// Changes to an ordinary photograph; the default has none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Twist {
    /// A reflection: its place on the card and its width, in millimetres.
    pub glare: Option<(f64, f64, f64)>,
    /// Moves the card, in widths and heights of the picture: far enough, and it is cut.
    pub shift: (f64, f64),
    /// The brightness instead of the level's own.
    pub exposure: Option<f64>,
    /// How dark the shadow over half of the picture is, 0 to 1.
    pub shadow: Option<f64>,
    /// More blur, in pixels of a picture 1,280 wide.
    pub shake: f64,
    /// Only the desk.
    pub no_card: bool,
    /// The number of a frame of the live camera. Frames of one seed are successive moments of one shaky
    /// hand.
    pub frame: Option<u64>,
}

/// A photograph with the place of the card.
#[derive(Debug, Clone)]
pub struct Shot {
    /// The photograph.
    pub photo: RgbImage,
    /// The card's corners in pixels, its top left first, clockwise.
    pub corners: [(f64, f64); 4],
}

/// A photocopy of the card: grey, with more contrast and white paper.
pub fn grey_copy(card: &RgbImage) -> RgbImage {
    let mut copy = card.clone();
    for pixel in copy.pixels_mut() {
        let [r, g, b] = pixel.0.map(f64::from);
        let light = 0.30 * r + 0.59 * g + 0.11 * b;
        let printed = ((light - 128.0) * 1.25 + 138.0).clamp(12.0, 250.0) as u8;
        *pixel = Rgb([printed; 3]);
    }
    copy
}
