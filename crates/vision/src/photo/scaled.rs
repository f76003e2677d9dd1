//! A JPEG made smaller while it is decoded: a half, a quarter or an eighth, from the low
//! frequencies of its blocks. 108 megapixels in full would need 324 MB.

use super::fault::PictureError;
use image::{DynamicImage, GrayImage, RgbImage, metadata::Orientation};
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};

/// Decodes to at most so many pixels. Only what is coded in one pass: several passes keep every
/// coefficient of the whole picture, and no camera writes them at this size.
pub(super) fn decode(bytes: &[u8], max_pixels: u64) -> Result<DynamicImage, PictureError> {
    let mut decoder = Decoder::new(bytes);
    decoder.read_info().map_err(known)?;
    let info = decoder.info().ok_or(PictureError::Broken)?;
    if info.coding_process != CodingProcess::DctSequential {
        return Err(PictureError::TooLarge);
    }
    let (width, height) = [2u16, 4, 8]
        .into_iter()
        .map(|part| (info.width.div_ceil(part), info.height.div_ceil(part)))
        .find(|(width, height)| u64::from(*width) * u64::from(*height) <= max_pixels)
        .ok_or(PictureError::TooLarge)?;
    decoder.scale(width, height).map_err(known)?;
    let orientation = decoder
        .exif_data()
        .and_then(Orientation::from_exif_chunk)
        .unwrap_or(Orientation::NoTransforms);
    let pixels = decoder.decode().map_err(known)?;
    let info = decoder.info().ok_or(PictureError::Broken)?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    let mut picture = match info.pixel_format {
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
        PixelFormat::L8 => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        // Nothing that takes photographs writes four colours or sixteen bits.
        PixelFormat::CMYK32 | PixelFormat::L16 => None,
    }
    .ok_or(PictureError::Broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn known(error: jpeg_decoder::Error) -> PictureError {
    match error {
        jpeg_decoder::Error::Io(_) => PictureError::Truncated,
        _ => PictureError::Broken,
    }
}
