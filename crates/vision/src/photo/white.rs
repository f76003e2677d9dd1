//! Transparent pictures, on paper.

use image::{DynamicImage, RgbImage};

/// Puts a transparent picture on white: JPEG has no transparency, and paper under a signature is white.
/// The hidden colours below are dropped, because no person has seen them.
pub(super) fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let mix = |ink: u8| {
            let (ink, a) = (u32::from(ink), u32::from(a));
            u8::try_from((ink * a + 255 * (255 - a)) / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([mix(r), mix(g), mix(b)])
    })
}
