//! A picture as it is sent: an upright JPEG of limited size, without metadata of place or time.

use super::{
    fault::PictureError,
    open::{PictureLimits, open_picture},
    white::on_white,
};
use fast_image_resize::{
    FilterType, ResizeAlg, ResizeOptions, Resizer,
    images::{TypedImage, TypedImageRef},
    pixels::U8x3,
};
use image::{DynamicImage, ImageEncoder, RgbImage, codecs::jpeg::JpegEncoder};

/// Longest side of a picture that is sent: enough for every line of a card, half a megabyte at most.
pub const MAX_SIDE: u32 = 2048;
/// JPEG quality of a picture that is sent.
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

/// Opens a JPEG or PNG and encodes it again: upright, no side longer than `max_side`, without EXIF,
/// GPS, comments and profiles.
pub fn reencode(bytes: &[u8], max_side: u32, quality: u8) -> Result<Jpeg, PictureError> {
    encode(
        &open_picture(bytes, PictureLimits::CAPTURE)?,
        max_side,
        quality,
    )
}

/// As [`reencode`], for a picture that is open already.
pub fn encode(picture: &DynamicImage, max_side: u32, quality: u8) -> Result<Jpeg, PictureError> {
    let rgb = within(on_white(picture), max_side.max(1))?;
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

/// Resizes a picture that is longer than `max_side`. Catmull-Rom keeps small print sharper than area
/// averaging.
fn within(picture: RgbImage, max_side: u32) -> Result<RgbImage, PictureError> {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= max_side {
        return Ok(picture);
    }
    let side = |length: u32| {
        let scaled = f64::from(length) * f64::from(max_side) / f64::from(longest);
        (scaled.round() as u32).max(1)
    };
    let (wide, high) = (side(width), side(height));
    let filter = ResizeAlg::Convolution(FilterType::CatmullRom);
    let mut small = RgbImage::new(wide, high);
    // The type of the pixels is fixed here: with `Resizer::resize` every type would be linked, which
    // are three megabytes of program.
    let from = TypedImageRef::<U8x3>::from_buffer(width, height, picture.as_raw())
        .map_err(|_| PictureError::Broken)?;
    let mut to = TypedImage::<U8x3>::from_buffer(wide, high, &mut small)
        .map_err(|_| PictureError::Broken)?;
    Resizer::new()
        .resize_typed(&from, &mut to, &ResizeOptions::new().resize_alg(filter))
        .map_err(|_| PictureError::Broken)?;
    drop(to);
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::photo::{jpeg_shape, open::PictureLimits};
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
        let grey = open_picture(&sent.bytes, PictureLimits::EVIDENCE)
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
        let grey = open_picture(&sent.bytes, PictureLimits::EVIDENCE)
            .unwrap()
            .to_luma8();
        assert!(grey.get_pixel(4, 20).0[0] < 30 && grey.get_pixel(36, 20).0[0] > 225);
    }
}
