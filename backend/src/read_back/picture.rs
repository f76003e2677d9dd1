//! Checks by its first bytes, before it is decoded, that a picture is a JPEG of an acceptable size.

use vision::photo::jpeg::jpeg_shape;

/// The longest side of a picture.
const MAX_SIDE: u32 = 6000;
/// The most pixels of a picture.
pub const MAX_PIXELS: u64 = 24_000_000;

/// Whether the picture may be decoded.
pub fn is_sensible(picture: &[u8]) -> bool {
    let Ok(shape) = jpeg_shape(picture) else {
        return false;
    };
    let pixels = u64::from(shape.width) * u64::from(shape.height);
    shape.width <= MAX_SIDE && shape.height <= MAX_SIDE && pixels <= MAX_PIXELS
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The headers of a JPEG of this size.
    pub fn picture(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xc0, 0, 11, 8];
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend([1, 1, 0x11, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3]);
        bytes.extend([0xff, 0xd9]);
        bytes
    }

    #[test]
    fn only_a_jpeg_of_a_sensible_size_is_looked_at() {
        assert!(is_sensible(&picture(4000, 3000)));
        assert!(!is_sensible(&picture(65500, 65500)));
        assert!(
            !is_sensible(&picture(6000, 6000)),
            "more than 24 megapixels"
        );
        assert!(!is_sensible(&picture(640, 480)[..12]));
        assert!(!is_sensible(b"\x89PNG\r\n\x1a\n0000"));
        assert!(!is_sensible(b""));
    }
}
