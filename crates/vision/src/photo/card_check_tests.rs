use super::*;
use image::{Rgb, imageops};

/// A light front with lines of dark print where a front has them and a red band, on a brown
/// table; as wide as this share of the picture.
fn card(share: f32) -> RgbImage {
    let (w, h) = (1280u32, 720u32);
    let half_h = h as f32 * share / 2.0;
    let half_w = half_h * 85.6 / 54.0;
    let face = super::super::layout::Face {
        side: Side::Front,
        newer: false,
    };
    RgbImage::from_fn(w, h, |x, y| {
        let (dx, dy) = (x as f32 - w as f32 / 2.0, y as f32 - h as f32 / 2.0);
        if dx.abs() > half_w || dy.abs() > half_h {
            return Rgb([120, 90, 60]);
        }
        let (u, v) = ((dx / half_w + 1.0) * 42.8, (dy / half_h + 1.0) * 27.0);
        let text = face.regions().iter().any(|place| {
            place.content == super::super::layout::Content::Text
                && (place.left..place.left + place.width).contains(&u)
                && (place.top..place.top + place.height).contains(&v)
        });
        // Letters of three to seven pixels in lines of sixteen.
        let letter = (x / 3 * 7919 + y / 16 * 104_729) % 5 < 2;
        if text && y % 16 < 9 && letter {
            Rgb([40, 40, 45])
        } else if u > 52.0 && v < 9.0 {
            Rgb([210, 120, 150])
        } else if u < 29.0 && v > 12.0 {
            Rgb([170, 130, 100])
        } else {
            Rgb([215, 215, 210])
        }
    })
}

fn advice(picture: &RgbImage) -> Advice {
    check_card_frame(picture, Side::Front, &[]).advice
}

fn each(picture: &RgbImage, change: impl Fn(u32, u32, f32) -> f32) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        Rgb(picture
            .get_pixel(x, y)
            .0
            .map(|v| change(x, y, f32::from(v)) as u8))
    })
}

#[test]
fn a_good_picture_asks_for_nothing() {
    let seen = check_card_frame(&card(0.8), Side::Front, &[]);
    assert_eq!(
        (seen.advice, seen.findings.as_slice()),
        (Advice::Good, &[][..]),
        "{seen:?}"
    );
    let back = check_card_frame(&card(0.8), Side::Back, &[]);
    assert_eq!(back.advice, Advice::TurnCardOver, "{back:?}");
}

#[test]
fn each_fault_asks_for_its_own_remedy() {
    let good = card(0.8);
    assert_eq!(advice(&each(&good, |_, _, v| v * 0.3)), Advice::TooDark);
    assert_eq!(
        advice(&each(&good, |_, _, v| (v * 2.2).min(255.0))),
        Advice::TooBright
    );
    assert_eq!(advice(&imageops::blur(&good, 4.0)), Advice::HoldStill);
    assert_eq!(advice(&imageops::blur(&good, 1.8)), Advice::HoldStill);
    assert_eq!(advice(&card(0.35)), Advice::ComeCloser);
    assert_eq!(
        advice(&RgbImage::from_pixel(640, 480, Rgb([150, 140, 130]))),
        Advice::AimAtCard
    );
    let glare = each(&good, |x, y, v| {
        let far = (x as f32 - 640.0).hypot(y as f32 - 360.0);
        if far < 90.0 { 255.0 } else { v }
    });
    assert_eq!(advice(&glare), Advice::Glare);
}

#[test]
fn a_photocopy_has_no_colour_even_under_a_warm_lamp() {
    let colour = card(0.8);
    let copy = RgbImage::from_fn(1280, 720, |x, y| {
        let [r, g, b] = colour.get_pixel(x, y).0.map(f32::from);
        let light = (r + g + b) / 3.0;
        Rgb([light, light * 0.9, light * 0.75].map(|v| v as u8))
    });
    assert!(
        check_card_frame(&copy, Side::Front, &[])
            .findings
            .contains(&FindingCode::NoColour)
    );
}

#[test]
fn pictures_of_any_size_are_looked_at() {
    for (width, height) in [(1, 1), (9, 700), (700, 9), (65, 65)] {
        let seen = check_card_frame(&RgbImage::new(width, height), Side::Back, &[]);
        assert_eq!(seen.advice, Advice::TooDark);
    }
}
