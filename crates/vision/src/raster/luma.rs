//! The grey level of a colour.

use image::{GrayImage, RgbImage};

/// The brightness of a colour (Rec. 709, in 256ths).
pub(crate) fn luma([r, g, b]: [u8; 3]) -> u8 {
    ((u32::from(r) * 54 + u32::from(g) * 183 + u32::from(b) * 19) >> 8) as u8
}

/// The picture in grey.
pub(crate) fn grey(picture: &RgbImage) -> GrayImage {
    let pixels = picture.as_raw().as_chunks::<3>().0;
    let values = pixels.iter().map(|pixel| luma(*pixel)).collect();
    GrayImage::from_raw(picture.width(), picture.height(), values)
        .expect("one grey value for each pixel")
}
