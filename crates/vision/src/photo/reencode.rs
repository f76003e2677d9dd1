//! A picture as it is sent: upright, small, a JPEG, and without a word of where and when.

use super::open::{Limits, PictureError, open_picture};
use image::{DynamicImage, ImageEncoder, codecs::jpeg::JpegEncoder, imageops::FilterType};

/// Longest side of what is sent: enough for every line of a card, half a megabyte at most.
pub const MAX_SIDE: u32 = 2048;
/// JPEG quality of what is sent.
pub const QUALITY: u8 = 88;

/// A picture without metadata.
#[derive(Clone, PartialEq, Eq)]
pub struct Jpeg {
    /// The file.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl std::fmt::Debug for Jpeg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Jpeg({} × {}, {} bytes)",
            self.width,
            self.height,
            self.bytes.len()
        )
    }
}

/// Opens a JPEG or PNG and writes it again: turned upright, no side longer than `max_side`,
/// nothing left of EXIF, GPS, comments or profiles.
pub fn reencode(bytes: &[u8], max_side: u32, quality: u8) -> Result<Jpeg, PictureError> {
    encode(&open_picture(bytes, Limits::CAPTURE)?, max_side, quality)
}

/// The same for a picture that is open already.
pub fn encode(picture: &DynamicImage, max_side: u32, quality: u8) -> Result<Jpeg, PictureError> {
    let max_side = max_side.max(1);
    let small;
    let picture = if picture.width().max(picture.height()) > max_side {
        small = picture.resize(max_side, max_side, FilterType::CatmullRom);
        &small
    } else {
        picture
    };
    let rgb = on_white(picture);
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality.clamp(1, 100))
        .write_image(
            rgb.as_raw(),
            rgb.width(),
            rgb.height(),
            image::ExtendedColorType::Rgb8,
        )
        .map_err(|_| PictureError::Broken)?;
    Ok(Jpeg {
        bytes,
        width: rgb.width(),
        height: rgb.height(),
    })
}

/// JPEG has no transparency: what shines through is white, as paper is under a signature.
pub(super) fn on_white(picture: &DynamicImage) -> image::RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let rgba = picture.to_rgba8();
    image::RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let mix = |ink: u8| {
            let (ink, a) = (u32::from(ink), u32::from(a));
            u8::try_from((ink * a + 255 * (255 - a)) / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([mix(r), mix(g), mix(b)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::photo::{jpeg_shape, open::Limits};
    use image::{ImageFormat, Rgba, RgbaImage};
    use std::io::Cursor;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        bytes
    }

    /// A JPEG with an EXIF segment that asks for a turn, and a place in words.
    fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut exif = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"GPS 19.4326 -99.1332");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
    }

    #[test]
    fn a_turned_picture_comes_out_upright_and_without_its_place() {
        // Left half black, right half white; orientation 6 asks for a quarter turn clockwise,
        // which brings the left to the top.
        let picture =
            image::RgbImage::from_fn(64, 32, |x, _| image::Rgb([if x < 32 { 0 } else { 255 }; 3]));
        let jpeg = reencode(&png(&picture.into()), MAX_SIDE, QUALITY).unwrap();
        let turned = with_exif(&jpeg.bytes, 6);
        assert!(jpeg_shape(&turned).unwrap().has_metadata);
        let sent = reencode(&turned, MAX_SIDE, QUALITY).unwrap();
        assert_eq!((sent.width, sent.height), (32, 64));
        assert!(!jpeg_shape(&sent.bytes).unwrap().has_metadata);
        assert!(!sent.bytes.windows(3).any(|w| w == b"GPS"));
        let grey = open_picture(&sent.bytes, Limits::EVIDENCE)
            .unwrap()
            .to_luma8();
        assert!(grey.get_pixel(16, 8).0[0] < 40 && grey.get_pixel(16, 56).0[0] > 215);
    }

    #[test]
    fn a_large_picture_is_made_small_in_proportion_and_a_small_one_is_left() {
        let large = reencode(&png(&DynamicImage::new_rgb8(4000, 1000)), 2048, 88).unwrap();
        assert_eq!((large.width, large.height), (2048, 512));
        let small = reencode(&png(&DynamicImage::new_luma8(20, 10)), 2048, 88).unwrap();
        assert_eq!((small.width, small.height), (20, 10));
    }

    #[test]
    fn a_transparent_signature_is_on_white_paper() {
        let mut ink = RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0]));
        for x in 0..20 {
            for y in 0..40 {
                ink.put_pixel(x, y, Rgba([0, 0, 0, 255]));
            }
        }
        let sent = reencode(&png(&ink.into()), 2048, 88).unwrap();
        let grey = open_picture(&sent.bytes, Limits::EVIDENCE)
            .unwrap()
            .to_luma8();
        assert!(grey.get_pixel(4, 20).0[0] < 30 && grey.get_pixel(36, 20).0[0] > 225);
    }
}
