//! Colourfulness: a photocopy has none.

use image::RgbImage;

/// Colourfulness of the middle of a picture: the mean distance of the pixels' colours from the
/// picture's mean colour, so that warm light on a grey copy does not count. NaN in the dark.
pub(super) fn colour(picture: &RgbImage) -> f32 {
    let (width, height) = picture.dimensions();
    let (left, top) = (width / 5, height / 5);
    // Red and blue against green, as shares of the brightness.
    let tints = || {
        (top..height - top).flat_map(move |y| {
            (left..width - left).filter_map(move |x| {
                let [r, g, b] = picture.get_pixel(x, y).0.map(f32::from);
                let light = r + g + b;
                // Dark pixels are colourful from sensor noise alone.
                (light > 120.0).then(|| ((r - g) / light, (b - g) / light))
            })
        })
    };
    let (mut count, mut red, mut blue) = (0.0f64, 0.0f64, 0.0f64);
    for (r, b) in tints() {
        count += 1.0;
        red += f64::from(r);
        blue += f64::from(b);
    }
    if count < 100.0 {
        return f32::NAN;
    }
    let (red, blue) = ((red / count) as f32, (blue / count) as f32);
    let mut sum = 0.0f64;
    for (r, b) in tints() {
        sum += f64::from((r - red).hypot(b - blue));
    }
    (sum / count * 1000.0) as f32
}
