//! Codes seen as strangers show them: at a slant, faint, half in a shadow, light on dark.

use super::{
    pose::Pose,
    tests::{PUBLIC, card},
    *,
};
use credential::{PublicQr, QrPayload, StructuredQr};
use image::{GrayImage, Luma};

/// What the steps, alone or one after another, read of a picture.
fn read(luma: &GrayImage, steps: &[Step]) -> Vec<(PublicQr, Step)> {
    decode_luma(luma, Budget::of_steps(steps))
        .into_iter()
        .map(|code| (pick_public(std::slice::from_ref(&code)), code.step))
        .collect()
}

fn public() -> PublicQr {
    PublicQr::Found(StructuredQr::parse(PUBLIC).unwrap())
}

/// A card with the public code alone.
fn plain() -> GrayImage {
    card(&[(PUBLIC.as_bytes(), 8, 100, 60)], 520, 440)
}

/// The picture laid so that its corners come here, on grey.
fn laid(luma: &GrayImage, corners: [(f64, f64); 4]) -> GrayImage {
    let pose = Pose::of_corners(1, corners).unwrap();
    let modules = pose.dimension() as f64;
    let (wide, high) = (f64::from(luma.width()), f64::from(luma.height()));
    GrayImage::from_fn(900, 700, |x, y| {
        // The mean of nine places within the pixel.
        let mut sum = 0;
        for part in 0..9 {
            let (dx, dy) = (f64::from(part % 3), f64::from(part / 3));
            let at = (
                f64::from(x) + (dx + 0.5) / 3.0,
                f64::from(y) + (dy + 0.5) / 3.0,
            );
            let (u, v) = pose.place_of(at).unwrap();
            let (u, v) = (u / modules * wide, v / modules * high);
            let within = (0.0..wide).contains(&u) && (0.0..high).contains(&v);
            sum += match within {
                true => u32::from(luma.get_pixel(u as u32, v as u32).0[0]),
                false => 120,
            };
        }
        Luma([(sum / 9) as u8])
    })
}

fn levels(luma: &GrayImage, of: impl Fn(u32, u32, u8) -> u8) -> GrayImage {
    GrayImage::from_fn(luma.width(), luma.height(), |x, y| {
        Luma([of(x, y, luma.get_pixel(x, y).0[0])])
    })
}

#[test]
fn a_card_on_the_far_side_of_a_table_is_read_by_the_squares_of_its_patterns() {
    let slanted = laid(
        &plain(),
        [
            (60.0, 120.0),
            (620.0, 180.0),
            (860.0, 560.0),
            (300.0, 440.0),
        ],
    );
    assert_eq!(read(&slanted, &[Step::Plain]), []);
    assert_eq!(
        read(&slanted, Step::FRAME),
        [(public(), Step::Sampled)],
        "a frame of the camera is enough"
    );
}

#[test]
fn a_faint_print_is_read_once_its_levels_are_stretched() {
    let faint = levels(&plain(), |_, _, level| 120 + level / 12);
    assert_eq!(read(&faint, &[Step::Plain]), []);
    assert_eq!(
        read(&faint, &[Step::Stretched]),
        [(public(), Step::Stretched)]
    );
}

#[test]
fn a_hard_shadow_over_half_of_the_code_is_brightened() {
    let shaded = levels(
        &plain(),
        |x, y, level| {
            if x + y < 450 { level / 20 } else { level }
        },
    );
    assert_eq!(read(&shaded, &[Step::Plain, Step::Sampled]), []);
    assert_eq!(
        read(&shaded, &[Step::Stretched]),
        [(public(), Step::Stretched)]
    );
}

#[test]
fn light_on_dark_is_read_last_and_only_where_nothing_else_was() {
    let inverted = levels(&plain(), |_, _, level| 255 - level);
    assert_eq!(read(&inverted, Step::STILL), [(public(), Step::Inverted)]);
    assert_eq!(read(&plain(), &[Step::Inverted]), []);
    let both = [Step::Plain, Step::Inverted];
    assert_eq!(read(&plain(), &both), [(public(), Step::Plain)]);
}

#[test]
fn every_code_of_a_sheet_is_read_however_many_patterns_stand_between_them() {
    let text = |nth: i64| format!("https://example.org/{nth}");
    let texts: Vec<String> = (0..20).map(text).collect();
    // So close that patterns of neighbours are nearer to each other than those of one code.
    let codes: Vec<(&[u8], u32, i64, i64)> = (0..20)
        .map(|nth| {
            (
                texts[nth as usize].as_bytes(),
                4,
                nth % 5 * 136,
                nth / 5 * 136,
            )
        })
        .collect();
    let sheet = card(&codes, 720, 600);
    let read = decode_luma(&sheet, Budget::of_steps(&[Step::Plain]));
    for text in &texts {
        let payload = QrPayload::parse(text);
        assert!(read.iter().any(|code| code.payload == payload), "{text}");
    }
    assert_eq!(read.len(), texts.len());
}
