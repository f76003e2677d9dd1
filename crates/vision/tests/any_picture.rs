//! Whatever comes in: nothing panics, and what is not a picture or has no zone is not read as one.

use credential::FindingCode;
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
use proptest::prelude::*;
use std::{io::Cursor, sync::LazyLock};
use vision::{
    mrz::read_zone,
    photo::{self, PictureLimits, ShapeError, jpeg_shape},
    qr::{Budget, decode_luma},
};

/// One of each picture format, whole.
static PICTURES: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let picture = DynamicImage::from(GrayImage::from_fn(48, 40, |x, y| {
        image::Luma([(x * 37 % 97 + y * 3) as u8])
    }));
    let mut png = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut png), ImageFormat::Png)
        .expect("written to memory");
    let jpeg = photo::reencode(&png, 2048, 88).expect("a good PNG").bytes;
    [png, jpeg]
});

proptest! {
    #[test]
    fn any_beginning_of_a_file_has_a_shape_or_a_reason(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = jpeg_shape(&bytes);
        let jpeg = [&b"\xff\xd8\xff"[..], &bytes].concat();
        prop_assert_ne!(jpeg_shape(&jpeg).map(|_| ()), Err(ShapeError::NotJpeg));
        let _ = photo::open_picture(&jpeg, PictureLimits::EVIDENCE);
    }

    #[test]
    fn a_picture_that_was_cut_or_altered_is_opened_or_refused(
        which in 0usize..2,
        cut in 0.0f64..1.0,
        change in (0.0f64..1.0, any::<u8>()),
    ) {
        let whole = &PICTURES[which];
        let place = |share: f64| (share * whole.len() as f64) as usize;
        let short = &whole[..place(cut)];
        prop_assert!(jpeg_shape(short) != Err(ShapeError::Broken));
        let _ = photo::open_picture(short, PictureLimits::EVIDENCE);
        let _ = photo::check_signature(short);
        let mut altered = whole.clone();
        altered[place(change.0)] = change.1;
        if let Ok(picture) = photo::open_picture(&altered, PictureLimits::EVIDENCE) {
            let _ = decode_luma(&picture.to_luma8(), Budget::still());
        }
    }

    #[test]
    fn a_picture_of_any_size_and_texture_has_no_zone_and_costs_nothing_but_time(
        width in 0u32..400,
        height in 0u32..300,
        seed in any::<u32>(),
        (stripe, turn, dark) in (1u32..12, 0u32..3, 0u8..200),
    ) {
        let mut state = seed | 1;
        let picture = GrayImage::from_fn(width, height, |x, y| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let along = match turn {
                0 => x / stripe + y / (stripe * 3),
                1 => y / stripe + x / (stripe * 20),
                _ => (x + y) / stripe,
            };
            let noise = (state >> 28) as u8;
            image::Luma([if along % 2 == 0 { dark } else { 220 } + noise])
        });
        let code = [(1.0, 2.0), (f32::NAN, 0.0), (-4.0, 1e9), (0.0, 0.0)];
        let zone = read_zone(&picture, &[code], &|| false);
        prop_assert!(zone.is_none_or(|zone| zone.trusted().is_none()));
    }

    #[test]
    fn a_picture_of_any_size_and_texture_is_looked_at_for_faces(
        width in 1u32..400,
        height in 1u32..400,
        (seed, coarse) in (any::<u32>(), 1u32..40),
        (low, high) in (0u32..200, 1u32..256),
    ) {
        // Patches of chance: from noise to shapes as large as a face.
        let picture = RgbImage::from_fn(width, height, |x, y| {
            let mut state = seed ^ (x / coarse).wrapping_mul(0x9E37_79B9) ^ (y / coarse).wrapping_mul(0x85EB_CA6B);
            state ^= state >> 15;
            state = state.wrapping_mul(0x2C1B_3C6D);
            state ^= state >> 12;
            let grey = (low + state % high).min(255) as u8;
            image::Rgb([grey, grey, grey / 2])
        });
        for seen in [photo::check_face_frame(&picture), photo::check_selfie(&picture)] {
            let numbers = seen.face.map_or([0.5; 4], |face| [face.middle.0, face.width, face.light, face.balance]);
            prop_assert!(numbers.iter().all(|number| number.is_finite()), "{seen:?}");
            let none = FindingCode::NoFace;
            prop_assert_eq!(seen.face.is_none(), seen.findings.contains(&none), "{:?}", seen);
        }
    }
}
