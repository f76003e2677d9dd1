//! What can be wrong with a photograph, one thing at a time.

use image::{Rgb, RgbImage};

/// Changes to an ordinary photograph; the default changes nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Twist {
    /// A reflection: where on the card, in millimetres, and how wide.
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
    /// A frame of the live camera: all with the same seed are one shaky hand, a moment later
    /// each.
    pub frame: Option<u64>,
}

/// A photograph, and where the card is in it.
#[derive(Debug, Clone)]
pub struct Shot {
    /// The photograph.
    pub photo: RgbImage,
    /// The card's corners in pixels, its top left first, clockwise.
    pub corners: [(f64, f64); 4],
}

/// The card as a photocopier gives it: grey, with more contrast and white paper.
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
