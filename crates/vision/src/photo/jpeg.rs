//! The size and metadata of a JPEG, read from its markers without decoding a pixel.
//!
//! Works on the first bytes of a stream: the errors distinguish "more bytes are needed" from
//! "broken".

/// The headers of a JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JpegShape {
    /// Width in pixels, before any orientation.
    pub width: u32,
    /// Height in pixels, before any orientation.
    pub height: u32,
    /// Whether there is an APP1 (EXIF, XMP) or APP13 (IPTC) segment before the pixels.
    pub has_metadata: bool,
    /// Offset of the coded pixels of the first scan.
    pub pixels_at: usize,
}

/// Why the headers could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// The headers continue beyond these bytes.
    #[error("more bytes are needed")]
    NeedMore,
    /// The bytes do not begin a JPEG.
    #[error("not a JPEG")]
    NotJpeg,
    /// The headers are contradictory or end without pixels.
    #[error("a broken JPEG")]
    Broken,
}

/// Longest headers: cameras put megabytes of depth maps and second pictures into extended XMP.
const LONGEST_HEADERS: usize = 24 << 20;

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const APP1: u8 = 0xe1;
const APP13: u8 = 0xed;

/// Reads the headers up to the first scan.
pub fn jpeg_shape(first_bytes: &[u8]) -> Result<JpegShape, ShapeError> {
    for (place, expected) in [0xff, SOI, 0xff].into_iter().enumerate() {
        match first_bytes.get(place) {
            Some(byte) if *byte == expected => {}
            Some(_) => return Err(ShapeError::NotJpeg),
            None => return Err(ShapeError::NeedMore),
        }
    }
    let mut size = None;
    let mut has_metadata = false;
    let mut at = 2;
    loop {
        if at > LONGEST_HEADERS {
            return Err(ShapeError::Broken);
        }
        if byte(first_bytes, at)? != 0xff {
            return Err(ShapeError::Broken);
        }
        let marker = byte(first_bytes, at + 1)?;
        match marker {
            // Fill bytes before a marker are allowed.
            0xff => {
                at += 1;
                continue;
            }
            // Markers without a segment that are not allowed here, and the end of the picture.
            0x00 | 0x01 | 0xd0..=0xd7 | SOI | EOI => return Err(ShapeError::Broken),
            _ => {}
        }
        let length = usize::from(word(first_bytes, at + 2)?);
        if length < 2 {
            return Err(ShapeError::Broken);
        }
        match marker {
            APP1 | APP13 => has_metadata = true,
            _ if is_frame(marker) => {
                let height = u32::from(word(first_bytes, at + 5)?);
                let width = u32::from(word(first_bytes, at + 7)?);
                // A second frame is another picture; a height of 0 would follow after the pixels.
                if length < 8 || size.is_some() || width == 0 || height == 0 {
                    return Err(ShapeError::Broken);
                }
                size = Some((width, height));
            }
            SOS => {
                let (width, height) = size.ok_or(ShapeError::Broken)?;
                let pixels_at = at + 2 + length;
                // The scan's own header is part of the headers.
                byte(first_bytes, pixels_at - 1)?;
                return Ok(JpegShape {
                    width,
                    height,
                    has_metadata,
                    pixels_at,
                });
            }
            _ => {}
        }
        at += 2 + length;
    }
}

/// Start-of-frame markers: C0 to CF without DHT, JPG and DAC.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

fn byte(bytes: &[u8], at: usize) -> Result<u8, ShapeError> {
    bytes.get(at).copied().ok_or(ShapeError::NeedMore)
}

fn word(bytes: &[u8], at: usize) -> Result<u16, ShapeError> {
    Ok(u16::from_be_bytes([byte(bytes, at)?, byte(bytes, at + 1)?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SOI, an optional APP1, SOF0 of 640 × 480, SOS.
    fn headers(metadata: bool) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1];
        if metadata {
            bytes.extend([0xff, 0xe1, 0, 8, b'E', b'x', b'i', b'f', 0, 0]);
        }
        bytes.extend([
            0xff, 0xff, 0xc0, 0, 11, 8, 0x01, 0xe0, 0x02, 0x80, 1, 1, 0x11, 0,
        ]);
        bytes.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0]);
        bytes
    }

    #[test]
    fn size_and_metadata_are_read_without_decoding() {
        for metadata in [false, true] {
            let bytes = headers(metadata);
            let shape = jpeg_shape(&bytes).unwrap();
            assert_eq!((shape.width, shape.height), (640, 480));
            assert_eq!(shape.has_metadata, metadata);
            assert_eq!(shape.pixels_at, bytes.len());
        }
    }

    #[test]
    fn every_beginning_of_a_good_one_asks_for_more() {
        let bytes = headers(true);
        // The length of the SOS segment is the last thing needed.
        for end in 0..bytes.len() - 6 {
            assert_eq!(
                jpeg_shape(&bytes[..end]),
                Err(ShapeError::NeedMore),
                "{end}"
            );
        }
    }

    #[test]
    fn what_is_broken_is_told_apart_from_what_is_short() {
        assert_eq!(jpeg_shape(b"\x89PNG\r\n\x1a\n"), Err(ShapeError::NotJpeg));
        assert_eq!(jpeg_shape(b"<html>"), Err(ShapeError::NotJpeg));
        assert_eq!(jpeg_shape(b"\xff\xd8\xff\xd9"), Err(ShapeError::Broken));
        assert_eq!(
            jpeg_shape(b"\xff\xd8\xff\xe0\x00\x01"),
            Err(ShapeError::Broken)
        );
        assert_eq!(
            jpeg_shape(b"\xff\xd8\xff\xe0\x00\x02\x00"),
            Err(ShapeError::Broken)
        );
        // Pixels without a frame, and a frame of no height.
        assert_eq!(
            jpeg_shape(b"\xff\xd8\xff\xda\x00\x08"),
            Err(ShapeError::Broken)
        );
        let mut flat = headers(false);
        let height = flat.len() - 10 - 8;
        flat[height..height + 2].copy_from_slice(&[0, 0]);
        assert!(jpeg_shape(&flat).is_err());
    }
}
