//! Opens a picture that may be hostile. The first bytes decide the format, not the name, and the
//! size is checked before a pixel is decoded.

use super::{
    fault::PictureError,
    jpeg::{ShapeError, jpeg_shape},
    scaled, segments,
    white::on_white,
};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, metadata::Orientation};
use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// The largest picture that is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureLimits {
    /// Width times height.
    pub max_pixels: u64,
    /// Width times height up to which a JPEG is made smaller while it is decoded, so that it never
    /// has more than `max_pixels`.
    pub max_scaled: u64,
    /// Length of the file.
    pub max_bytes: usize,
}

impl PictureLimits {
    /// For pictures of a phone's camera or from a person's files: 40 megapixels; those of cameras with
    /// 48, 108 or 200 are made smaller.
    pub const CAPTURE: PictureLimits = PictureLimits {
        max_pixels: 40_000_000,
        max_scaled: 220_000_000,
        max_bytes: 48 << 20,
    };
    /// For evidence that the app has already made small: 6 megapixels, 4 MiB.
    pub const EVIDENCE: PictureLimits = PictureLimits {
        max_pixels: 6_000_000,
        max_scaled: 0,
        max_bytes: 4 << 20,
    };
}

/// Most bytes that a decoder may allocate.
const MAX_ALLOC: u64 = 128 << 20;
/// Longest side: no camera makes longer ones.
const MAX_SIDE: u32 = 16_384;
/// Most scans of a JPEG; cameras write a dozen at most.
const MAX_SCANS: usize = 100;

/// Opens a JPEG or PNG and turns it upright by its metadata.
pub fn open_picture(bytes: &[u8], limits: PictureLimits) -> Result<DynamicImage, PictureError> {
    if bytes.len() > limits.max_bytes {
        return Err(PictureError::TooManyBytes);
    }
    let format = if bytes.starts_with(b"\xff\xd8\xff") {
        return open_jpeg(bytes, limits);
    } else if is_heic(bytes) {
        return Err(PictureError::Heic);
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        check_png(bytes, limits)?;
        ImageFormat::Png
    } else {
        return Err(PictureError::NotAPicture);
    };
    // A panic of the decoder on hostile bytes must cost this picture, not the process.
    catch_unwind(AssertUnwindSafe(|| decode(bytes, format, limits)))
        .unwrap_or(Err(PictureError::Broken))
}

/// The picture itself: a trailer (the film of a motion photo, a second picture for bright screens)
/// is not read.
fn open_jpeg(bytes: &[u8], limits: PictureLimits) -> Result<DynamicImage, PictureError> {
    let shape = jpeg_shape(bytes).map_err(|error| match error {
        ShapeError::NeedMore => PictureError::Truncated,
        ShapeError::NotJpeg => PictureError::NotAPicture,
        ShapeError::Broken => PictureError::Broken,
    })?;
    let (width, height) = (shape.width, shape.height);
    let too_large = check_size(width, height, limits).is_err();
    let pixels = u64::from(width) * u64::from(height);
    if too_large && (pixels > limits.max_scaled || width.max(height) > MAX_SIDE) {
        return Err(PictureError::TooLarge);
    }
    let walked = segments::walk(bytes, shape.pixels_at);
    let end = walked.end.ok_or(PictureError::Truncated)?;
    // A file of few bytes with thousands of scans keeps a decoder busy for minutes.
    if walked.scans > MAX_SCANS {
        return Err(PictureError::Broken);
    }
    // A decoder that panics on hostile bytes must cost this picture, not the process.
    let decoded = catch_unwind(AssertUnwindSafe(|| match too_large {
        true => scaled::decode(&bytes[..end], limits.max_pixels),
        false => decode(&bytes[..end], ImageFormat::Jpeg, limits),
    }));
    decoded.unwrap_or(Err(PictureError::Broken))
}

/// The brands of the container that phones write HEIC and AVIF into.
fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8; 4]; 8] = [
        b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif",
    ];
    bytes.get(4..8) == Some(b"ftyp") && BRANDS.iter().any(|brand| bytes.get(8..12) == Some(*brand))
}

/// The header chunk is the first of every PNG: width and height are at bytes 16 and 20.
fn check_png(bytes: &[u8], limits: PictureLimits) -> Result<(), PictureError> {
    let number = |at: usize| {
        let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(four))
    };
    match (bytes.get(12..16), number(16), number(20)) {
        (Some(b"IHDR"), Some(width), Some(height)) => check_size(width, height, limits),
        (Some(b"IHDR") | None, _, _) => Err(PictureError::Truncated),
        _ => Err(PictureError::Broken),
    }
}

fn check_size(width: u32, height: u32, limits: PictureLimits) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        return Err(PictureError::Broken);
    }
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.max_pixels || width > MAX_SIDE || height > MAX_SIDE {
        return Err(PictureError::TooLarge);
    }
    Ok(())
}

fn decode(
    bytes: &[u8],
    format: ImageFormat,
    limits: PictureLimits,
) -> Result<DynamicImage, PictureError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut own = image::Limits::no_limits();
    own.max_image_width = Some(MAX_SIDE);
    own.max_image_height = Some(MAX_SIDE);
    own.max_alloc = Some(MAX_ALLOC);
    reader.limits(own);
    let mut decoder = reader.into_decoder().map_err(known)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height, limits)?;
    if decoder.total_bytes() > MAX_ALLOC {
        return Err(PictureError::TooLarge);
    }
    // Broken metadata is not a reason to refuse good pixels.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(known)?;
    // The hidden colours of transparent pixels are arbitrary, and no person has seen them.
    if picture.color().has_alpha() {
        picture = on_white(&picture).into();
    }
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn known(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => PictureError::TooLarge,
        image::ImageError::IoError(_) => PictureError::Truncated,
        _ => PictureError::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::photo::reencode;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(width, height)
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        bytes
    }

    #[test]
    fn both_formats_are_opened_by_their_bytes() {
        let png = png(40, 30);
        assert_eq!(
            open_picture(&png, PictureLimits::EVIDENCE).unwrap().width(),
            40
        );
        let jpeg = reencode(&png, 2048, 88).unwrap();
        assert_eq!(
            open_picture(&jpeg.bytes, PictureLimits::EVIDENCE)
                .unwrap()
                .height(),
            30
        );
        for other in [&b"GIF89a"[..], b"", b"<svg/>", b"RIFF....WEBP", b"\xff\xd8"] {
            let error = open_picture(other, PictureLimits::EVIDENCE).unwrap_err();
            assert_eq!(error, PictureError::NotAPicture);
        }
    }

    #[test]
    fn a_huge_picture_is_refused_by_its_header() {
        // 65,500 × 65,500 with a few bytes of pixels behind it.
        let mut jpeg = vec![
            0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0xff, 0xdc, 0xff, 0xdc, 1, 1, 0x11, 0,
        ];
        jpeg.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0, 1, 2, 3, 0xff, 0xd9]);
        assert_eq!(
            open_picture(&jpeg, PictureLimits::CAPTURE).unwrap_err(),
            PictureError::TooLarge
        );
        let mut bytes = png(40, 30);
        bytes[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        bytes[20..24].copy_from_slice(&60_000u32.to_be_bytes());
        assert_eq!(
            open_picture(&bytes, PictureLimits::CAPTURE).unwrap_err(),
            PictureError::TooLarge
        );
        let few = PictureLimits {
            max_pixels: 1199,
            max_scaled: 0,
            max_bytes: 1 << 20,
        };
        assert_eq!(
            open_picture(&png(40, 30), few).unwrap_err(),
            PictureError::TooLarge
        );
        let short = PictureLimits {
            max_pixels: 1200,
            max_scaled: 0,
            max_bytes: 20,
        };
        assert_eq!(
            open_picture(&png(40, 30), short).unwrap_err(),
            PictureError::TooManyBytes
        );
    }

    #[test]
    fn a_picture_of_ten_thousand_scans_is_refused() {
        let mut jpeg = reencode(&png(40, 30), 2048, 88).unwrap().bytes;
        let end = jpeg.len() - 2;
        jpeg.splice(
            end..end,
            [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0].repeat(10_000),
        );
        assert_eq!(
            open_picture(&jpeg, PictureLimits::EVIDENCE).unwrap_err(),
            PictureError::Broken
        );
    }

    #[test]
    fn a_picture_without_its_end_is_refused_wherever_it_was_cut() {
        let png = png(40, 30);
        let jpeg = reencode(&png, 2048, 88).unwrap().bytes;
        for whole in [png, jpeg] {
            for end in 0..whole.len() - 1 {
                let cut = open_picture(&whole[..end], PictureLimits::EVIDENCE);
                // A PNG whose pixels are complete lacks only its closing chunk.
                if end < whole.len() - 12 || whole[0] == 0xff {
                    assert!(cut.is_err(), "cut at {end} of {}", whole.len());
                }
            }
        }
    }
}

#[cfg(test)]
mod cases_tests;
