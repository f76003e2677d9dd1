//! Pictures: from their first bytes to the texts in them.

use credential::QrPayload;
use image::{DynamicImage, GrayImage};
use vision::{
    mrz::read_zone,
    photo::{
        PictureLimits, ShapeError, Side, check_card_frame, check_signature, jpeg_shape,
        open_picture,
    },
    qr::{
        Budget, decode_luma,
        pose::Pose,
        soft::{self, Fusion},
    },
};

/// The headers of a JPEG. A longer prefix of the file must give the same result.
pub fn jpeg_header(bytes: &[u8]) {
    let whole = jpeg_shape(bytes);
    let half = jpeg_shape(&bytes[..bytes.len() / 2]);
    if !matches!(half, Err(ShapeError::NeedMore)) {
        assert_eq!(half, whole, "more bytes changed what was known");
    }
    if let Ok(shape) = whole {
        assert!(shape.pixels_at <= bytes.len());
    }
}

/// Pixels enough to be a picture, few enough to be fast.
const SMALL: PictureLimits = PictureLimits {
    max_pixels: 1 << 20,
    max_scaled: 1 << 24,
    max_bytes: 1 << 20,
};

/// The bytes of a file, from a phone or a person.
pub fn picture(bytes: &[u8]) {
    if let Ok(picture) = open_picture(bytes, SMALL) {
        let pixels = u64::from(picture.width()) * u64::from(picture.height());
        assert!((1..=SMALL.max_pixels).contains(&pixels));
    }
}

/// The most pixels that a picture of [`luma`] has.
const MOST: usize = 1 << 18;

/// A grey picture made of bytes: its width less one (two bytes, of which ten bits count, so that odd
/// ones and a single pixel occur), the magnification less one (two bits), and its pixels row by row.
/// The rest of the last row is white.
fn luma(bytes: &[u8]) -> Option<GrayImage> {
    let ([high, low, scale], pixels) = bytes.split_first_chunk::<3>()?;
    let width = 1 + (usize::from(high & 3) << 8 | usize::from(*low));
    let scale = 1 + usize::from(scale & 3);
    let height = pixels.len().div_ceil(width).max(1);
    let (wide, tall) = (width * scale, height * scale);
    if wide * tall > MOST {
        return None;
    }
    Some(GrayImage::from_fn(wide as u32, tall as u32, |x, y| {
        let (column, row) = (x as usize / scale, y as usize / scale);
        image::Luma([*pixels.get(row * width + column).unwrap_or(&255)])
    }))
}

/// The texts of the codes in the corpus. A change of their pixels must never give the text of another
/// card, even if error correction accepts it.
const PRINTED: &str = "http://qr.ine.mx/000123456789000123456789/20190504/P/012345";

fn is_no_other_card(payload: &QrPayload) {
    if let QrPayload::Structured(public) = payload {
        assert_eq!(public.as_str(), PRINTED, "a wrong text");
    }
}

/// A frame of the camera, through every step. It must end, and never read another card's text.
pub fn qr_luma(bytes: &[u8]) {
    let Some(picture) = luma(bytes) else {
        return;
    };
    for code in decode_luma(&picture, Budget::still()) {
        is_no_other_card(&code.payload);
    }
}

/// A code at a known place: its version, its four corners in eighths of a pixel (two bytes each,
/// signed), and the picture. The same again, also mirrored, as frames of one card.
pub fn qr_soft(bytes: &[u8]) {
    let Some(([version, corners @ ..], pixels)) = bytes.split_first_chunk::<17>() else {
        return;
    };
    let mut numbers = corners
        .chunks(2)
        .map(|two| f64::from(i16::from_be_bytes([two[0], two[1]])) / 8.0);
    let mut corner = || (numbers.next().unwrap_or(0.0), numbers.next().unwrap_or(0.0));
    let corners = [corner(), corner(), corner(), corner()];
    let (Some(pose), Some(picture)) = (Pose::of_corners(*version, corners), luma(pixels)) else {
        return;
    };
    let alone = soft::read(&picture, &pose);
    let mut frames = Fusion::default();
    let first = frames.add(&picture, &pose);
    // A sum of frames weighs the modules more evenly, so it may be readable when one frame is not.
    if alone.is_some() {
        assert_eq!(first, alone, "what a frame says is what the frames say");
    }
    let turned = frames.add(&image::imageops::flip_vertical(&picture), &pose);
    for read in [first, turned].into_iter().flatten() {
        is_no_other_card(&QrPayload::from_bytes(&read.bytes));
    }
}

/// The three lines of a back, anywhere in the picture.
pub fn mrz_picture(bytes: &[u8]) {
    let Some(picture) = luma(bytes) else {
        return;
    };
    if let Some(zone) = read_zone(&picture, &[], &|| false) {
        assert!((0.0..=1.0).contains(&zone.confidence()));
        let glyphs = |line: &vision::mrz::LineReading| line.text.len() == 30;
        assert!(zone.lines.iter().all(glyphs), "three lines of thirty");
        if let Some(mrz) = zone.trusted() {
            let _ = (mrz.cic(), mrz.names());
        }
    }
}

/// The photo checks, which run on every frame of the viewfinder; and those of a drawn signature.
pub fn photo_look(bytes: &[u8]) {
    let _ = check_signature(bytes);
    let Some(picture) = luma(bytes) else {
        return;
    };
    let picture = DynamicImage::ImageLuma8(picture).into_rgb8();
    for side in [Side::Front, Side::Back] {
        let _ = check_card_frame(&picture, side, &[]);
    }
}
