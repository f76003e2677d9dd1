use super::*;
use crate::photo::{PictureLimits, open_picture};
use credential::{PublicQr, QrKind, QrPayload, StructuredQr};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use std::{cell::Cell, io::Cursor};

pub(super) const PUBLIC: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

/// A code with this many pixels a module, dark grey on light grey, with a quiet zone.
fn code(content: &[u8], module: u32) -> GrayImage {
    let code = qrcode::QrCode::with_error_correction_level(content, qrcode::EcLevel::M).unwrap();
    let modules = code.width() as u32;
    let colors = code.to_colors();
    let side = (modules + 8) * module;
    GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = ((x / module).wrapping_sub(4), (y / module).wrapping_sub(4));
        let dark =
            x < modules && y < modules && colors[(y * modules + x) as usize] == qrcode::Color::Dark;
        Luma([if dark { 40 } else { 215 }])
    })
}

/// Bytes as an encrypted payload would have them.
fn noise(length: u32, seed: u32) -> Vec<u8> {
    let mut state = seed;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect()
}

pub(super) fn card(codes: &[(&[u8], u32, i64, i64)], width: u32, height: u32) -> GrayImage {
    let mut card = GrayImage::from_pixel(width, height, Luma([225]));
    for (content, module, x, y) in codes {
        imageops::overlay(&mut card, &code(content, *module), *x, *y);
    }
    card
}

/// The back of a model G: a dense code on each side, the small public one between them.
fn back() -> GrayImage {
    let (one, two) = (noise(300, 1), noise(300, 2));
    card(
        &[
            (&one, 6, 20, 30),
            (PUBLIC.as_bytes(), 5, 560, 60),
            (&two, 6, 840, 30),
        ],
        1400,
        800,
    )
}

#[test]
fn the_public_code_is_picked_among_the_three_of_a_model_g() {
    let codes = decode_luma(&back(), Budget::of_steps(&[Step::Plain]));
    assert_eq!(codes.len(), 3);
    assert_eq!(
        codes
            .iter()
            .filter(|code| code.kind() == QrKind::Opaque)
            .count(),
        2
    );
    assert_eq!(
        pick_public(&codes),
        PublicQr::Found(StructuredQr::parse(PUBLIC).unwrap())
    );
    let public = codes
        .iter()
        .find(|code| code.kind() == QrKind::Structured)
        .unwrap();
    // Drawn at (560, 60) with a quiet zone of four modules of five pixels.
    let (x, y) = public.corners[0];
    assert!((x - 580.0).abs() < 5.0 && (y - 80.0).abs() < 5.0, "{x} {y}");
    assert_eq!(public.step, Step::Plain);
    assert!(
        codes
            .iter()
            .any(|code| code.payload == QrPayload::Opaque(noise(300, 1)))
    );
}

#[test]
fn a_picture_lying_on_any_side_says_the_same_and_its_corners_turn_with_it() {
    let mut picture = DynamicImage::from(back());
    for _ in 0..4 {
        let codes = decode_luma(&picture.to_luma8(), Budget::still());
        assert!(matches!(pick_public(&codes), PublicQr::Found(_)));
        picture = picture.rotate90();
    }
}

#[test]
fn a_small_blurred_code_is_read_by_a_later_step_and_corners_stay_in_the_pictures_pixels() {
    let sharp = card(&[(PUBLIC.as_bytes(), 4, 300, 200)], 1000, 700);
    let far = imageops::resize(
        &imageops::blur(&sharp, 1.5),
        500,
        350,
        imageops::FilterType::Triangle,
    );
    assert_eq!(decode_luma(&far, Budget::of_steps(&[Step::Plain])), []);
    let codes = decode_luma(&far, Budget::still());
    assert!(matches!(pick_public(&codes), PublicQr::Found(_)));
    assert_ne!(codes[0].step, Step::Plain);
    let (x, y) = codes[0].corners[0];
    assert!(
        (x - 158.0).abs() < 5.0 && (y - 108.0).abs() < 5.0,
        "{x} {y}"
    );
}

#[test]
fn a_code_whose_rings_blur_has_closed_is_searched_and_read_in_grey_levels() {
    let sharp = card(&[(PUBLIC.as_bytes(), 4, 300, 200)], 1000, 700);
    let blurred = imageops::blur(&sharp, 2.6);
    let black_and_white = [Step::Plain, Step::Half];
    assert_eq!(
        decode_luma(&blurred, Budget::of_steps(&black_and_white)),
        []
    );
    let codes = decode_luma(&blurred, Budget::still());
    assert_eq!(
        pick_public(&codes),
        PublicQr::Found(StructuredQr::parse(PUBLIC).unwrap())
    );
    assert_eq!(codes[0].step, Step::Searched);
    let (x, y) = codes[0].corners[2];
    assert!(
        (x - 448.0).abs() < 4.0 && (y - 348.0).abs() < 4.0,
        "{x} {y}"
    );
}

#[test]
fn a_stain_is_mended_and_the_answer_says_how_much() {
    let mut stained = card(&[(PUBLIC.as_bytes(), 6, 40, 40)], 400, 400);
    let clean = decode_luma(&stained, Budget::frame());
    assert_eq!((clean[0].corrected, clean[0].erased), (0, 0));
    let stain = GrayImage::from_pixel(24, 24, Luma([40]));
    imageops::overlay(&mut stained, &stain, 160, 170);
    let mended = decode_luma(&stained, Budget::frame());
    assert_eq!(mended[0].payload, clean[0].payload);
    assert!(mended[0].corrected > 0);
}

#[test]
fn lupita_s_hand_shakes_and_the_live_view_reads_her_card_at_one_frame_or_the_next() {
    let mut session = Session::default();
    let sharp = back();
    let frames = [7.0, 2.0f32].map(|blur| imageops::blur(&sharp, blur));
    assert_eq!(session.read_frame(&frames[0], Budget::frame()), []);
    let codes = session.read_frame(&frames[1], Budget::frame());
    assert!(matches!(pick_public(&codes), PublicQr::Found(_)));
}

#[test]
fn a_shadow_across_the_code_is_no_harm() {
    let mut shaded = card(&[(PUBLIC.as_bytes(), 6, 40, 40)], 400, 400);
    for (x, y, pixel) in shaded.enumerate_pixels_mut() {
        if x + y < 380 {
            pixel.0[0] /= 4;
        }
    }
    let codes = decode_luma(&shaded, Budget::still());
    assert!(matches!(pick_public(&codes), PublicQr::Found(_)));
}

#[test]
fn each_step_reads_a_plain_code_and_says_that_it_did() {
    let large = card(&[(PUBLIC.as_bytes(), 8, 300, 200)], 2600, 1500);
    for step in [
        Step::Plain,
        Step::Searched,
        Step::Stretched,
        Step::Half,
        Step::SearchedWidely,
    ] {
        let codes = decode_luma(&large, Budget::of_steps(&[step]));
        assert_eq!(codes.len(), 1, "{step:?}");
        assert_eq!(codes[0].step, step);
        let (x, y) = codes[0].corners[2];
        // The far corner of a code of 33 modules.
        assert!(
            (x - 596.0).abs() < 12.0 && (y - 496.0).abs() < 12.0,
            "{step:?} {x} {y}"
        );
    }
}

#[test]
fn what_is_there_instead_of_the_public_code_is_told() {
    let opaque = noise(300, 3);
    let read = |codes: &[(&[u8], u32, i64, i64)]| {
        pick_public(&decode_luma(&card(codes, 1000, 500), Budget::still()))
    };
    assert_eq!(read(&[]), PublicQr::None);
    assert_eq!(read(&[(&opaque, 5, 10, 10)]), PublicQr::OnlyOpaque);
    assert_eq!(
        read(&[(b"https://example.org/menu", 5, 10, 10)]),
        PublicQr::OnlyForeign
    );
    assert_eq!(
        read(&[
            (b"https://qr.ine.mx/004697", 5, 10, 10),
            (&opaque, 5, 450, 10)
        ]),
        PublicQr::Short("https://qr.ine.mx/004697".to_owned())
    );
    let evil = PUBLIC.replace("qr.ine.mx", "qr.ine.mx.evil.tld");
    assert_eq!(read(&[(evil.as_bytes(), 5, 10, 10)]), PublicQr::OnlyForeign);
    let other = PUBLIC.replace("/P/000001", "/P/000002");
    let two = [
        (PUBLIC.as_bytes(), 5, 10, 10),
        (other.as_bytes(), 5, 450, 10),
    ];
    assert_eq!(read(&two), PublicQr::Several);
}

#[test]
fn it_stops_when_told_to() {
    let calls = Cell::new(0);
    let stop = || {
        calls.set(calls.get() + 1);
        true
    };
    let codes = decode_luma(&back(), Budget::still().stopping_when(&stop));
    assert_eq!((codes.len(), calls.get()), (0, 1));
}

#[test]
fn pictures_of_any_size_and_texture_cost_nothing_but_time() {
    for (width, height) in [(1, 1), (20, 20), (21, 3), (3, 500), (64, 64), (300, 200)] {
        for seed in 0..4 {
            let pixels = noise(width * height, seed);
            let luma = GrayImage::from_raw(width, height, pixels).unwrap();
            assert_eq!(decode_luma(&luma, Budget::still()), []);
        }
        let grey = GrayImage::from_pixel(width, height, Luma([128]));
        assert_eq!(decode_luma(&grey, Budget::still()), []);
    }
    assert_eq!(decode_luma(&GrayImage::new(0, 0), Budget::still()), []);
}

#[test]
fn a_still_is_opened_and_read_and_a_place_that_was_not_read_is_remembered() {
    let png = |picture: &GrayImage| {
        let mut bytes = Vec::new();
        picture
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .unwrap();
        bytes
    };
    let read = |picture: &GrayImage| {
        let still = open_picture(&png(picture), PictureLimits::CAPTURE).unwrap();
        decode_picture(&still.into_luma8(), Budget::still())
    };
    let whole = read(&back());
    assert_eq!((whole.width, whole.height), (1400, 800));
    assert!(matches!(pick_public(&whole.codes), PublicQr::Found(_)));
    let code = card(&[(PUBLIC.as_bytes(), 8, 40, 40)], 500, 500);
    let under = |hand: u32| {
        let mut covered = code.clone();
        let hand = GrayImage::from_pixel(hand, hand, Luma([150]));
        imageops::overlay(&mut covered, &hand, 134, 134);
        read(&covered)
    };
    // A thumb in the middle: what it covers is known to be missing, and less than half of what
    // was printed for mending is needed.
    let thumb = under(110);
    assert_eq!(
        pick_public(&thumb.codes),
        PublicQr::Found(StructuredQr::parse(PUBLIC).unwrap())
    );
    assert!(thumb.codes[0].erased > 0, "{:?}", thumb.codes);
    // A hand covers most of it: the code is there but unreadable.
    let none = under(195);
    assert_eq!((none.codes.len(), none.unread.len()), (0, 1));
    assert!((none.unread[0].module - 8.0).abs() < 1.0);
}
