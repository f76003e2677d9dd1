//! One look at a picture of a card: what is measured, and the one thing to ask for.
//!
//! The thresholds were chosen on 180 pictures of synthetic cards at five levels, from
//! straight and sharp (1) to dark, shaken and far (5), in three sizes. The numbers in their
//! comments are what was measured there.

use super::{
    card, copy, light, sharpness,
    small::{grey, shrink},
};
use crate::{
    qr::{DecodedCode, QrKind},
    reading::FindingCode,
};
use image::RgbImage;
use serde::{Deserialize, Serialize};

/// Which face of the card is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The face with the portrait.
    Front,
    /// The face with the QR.
    Back,
}

/// The one thing to ask for while somebody aims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// There is no card in the picture.
    AimAtCard,
    /// The card is too small in it.
    ComeCloser,
    /// The card does not fit into it.
    MoveBack,
    /// It is blurred.
    HoldStill,
    /// There is too little light.
    TooDark,
    /// There is too much light.
    TooBright,
    /// Light is reflected over the card.
    Glare,
    /// The card is there, its QR cannot be seen.
    NoQr,
    /// It is the other face.
    TurnCardOver,
    /// Nothing to ask for.
    Good,
}

/// What one look has shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The one thing to ask for.
    pub advice: Advice,
    /// Everything that was noticed.
    pub findings: Vec<FindingCode>,
    /// How steep edges are, up to 1; `None` where there are none.
    pub sharpness: Option<f32>,
    /// How light the lightest tenth is, 0 to 255.
    pub paper: u8,
    /// The share of the middle that is burnt out in patches.
    pub glare: f32,
    /// How much of the picture print spans.
    pub span: f32,
}

/// Level 1: 0.61 to 0.70, 2: 0.53 to 0.64, 3: 0.42 to 0.56, 4: 0.35 to 0.43.
const BLURRED_BELOW: f32 = 0.41;
/// Print in a share of the squares. Levels 1 to 3: 0.12 to 0.36, 4: 0.07 to 0.22, 5 (nothing
/// can be read): 0.00 to 0.04.
const NO_PRINT_BELOW: f32 = 0.04;
/// Levels 1 to 3: 0.27 to 0.67, 4 (far): 0.18 to 0.36, 5: 0.20 at most.
const FAR_BELOW: f32 = 0.20;
/// A card that fits has its print inside 0.67 of the picture at most.
const CLOSE_ABOVE: f32 = 0.90;
/// Level 4 has paper of 149 at least, dark ones of level 5 of 69 and 97.
const DARK_BELOW: u8 = 115;
/// Level 1 under strong light has 0.27 of its white paper burnt out and is read well.
const BRIGHT_ABOVE: f32 = 0.45;
/// Patches in a picture that is not bright as a whole: level 1 to 3 0.010 at most.
const GLARE_ABOVE: f32 = 0.02;
/// From this share on it is the paper, not a patch of reflected light.
const PAPER_BURNT: f32 = 0.10;
/// Levels 1 to 4 have 16 and more; a grey copy under any lamp 3 at most.
const NO_COLOUR_BELOW: f32 = 7.0;

/// Side on which light, print and colour are measured.
const SMALL: u32 = 640;
/// Side on which sharpness is measured.
const SHARP: u32 = 1280;

/// Looks at a picture or frame. `codes` are those that were read from it.
pub fn look(picture: &RgbImage, side: Side, codes: &[DecodedCode]) -> Look {
    let small = shrink(picture, SMALL);
    let small_grey = grey(&small);
    let light = light::measure(&small_grey);
    let detail = card::detail(&small_grey);
    let sharpness = sharpness::steepness(&grey(&shrink(picture, SHARP)));

    let no_print = detail.share < NO_PRINT_BELOW;
    let seen = |code, yes: bool| yes.then_some(code);
    let patches = light.glare > GLARE_ABOVE && light.burnt < PAPER_BURNT;
    let findings: Vec<FindingCode> = [
        seen(FindingCode::Dark, light.paper < DARK_BELOW),
        seen(FindingCode::Bright, light.burnt > BRIGHT_ABOVE),
        seen(FindingCode::Glare, patches),
        seen(FindingCode::Far, no_print || detail.span() < FAR_BELOW),
        seen(
            FindingCode::Blurred,
            no_print || sharpness.is_none_or(|steep| steep < BLURRED_BELOW),
        ),
        seen(
            FindingCode::NoColour,
            copy::colour(&small) < NO_COLOUR_BELOW,
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    let has = |code| findings.contains(&code);
    let of_card = |kind| matches!(kind, QrKind::Structured | QrKind::Short | QrKind::Opaque);
    let read = codes
        .iter()
        .any(|code| matches!(code.kind(), QrKind::Structured | QrKind::Short));

    let advice = match side {
        Side::Front if codes.iter().any(|code| of_card(code.kind())) => Advice::TurnCardOver,
        // The code is what the back is for: who has it need not aim any longer.
        Side::Back if read => Advice::Good,
        _ if has(FindingCode::Dark) => Advice::TooDark,
        _ if has(FindingCode::Bright) => Advice::TooBright,
        _ if no_print => Advice::AimAtCard,
        _ if has(FindingCode::Glare) => Advice::Glare,
        _ if has(FindingCode::Far) => Advice::ComeCloser,
        _ if detail.span() > CLOSE_ABOVE => Advice::MoveBack,
        _ if has(FindingCode::Blurred) => Advice::HoldStill,
        Side::Back => Advice::NoQr,
        Side::Front => Advice::Good,
    };
    Look {
        advice,
        findings,
        sharpness,
        paper: light.paper,
        glare: light.glare,
        span: detail.span(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, imageops};

    /// A light card with lines of dark print and a red band, on a brown table.
    fn card(share: f32) -> RgbImage {
        let (w, h) = (1280u32, 720u32);
        let (half_w, half_h) = (
            (w as f32 * share / 2.0) as i32,
            (h as f32 * share / 2.0) as i32,
        );
        RgbImage::from_fn(w, h, |x, y| {
            let (dx, dy) = (x as i32 - w as i32 / 2, y as i32 - h as i32 / 2);
            if dx.abs() > half_w || dy.abs() > half_h {
                return Rgb([120, 90, 60]);
            }
            // Letters of three to seven pixels in lines of sixteen.
            let letter = (x / 3 * 7919 + y / 16 * 104_729) % 5 < 2;
            if y % 16 < 9 && letter {
                Rgb([40, 40, 45])
            } else if dy < -half_h / 2 {
                Rgb([210, 120, 150])
            } else {
                Rgb([215, 215, 210])
            }
        })
    }

    fn advice(picture: &RgbImage) -> Advice {
        look(picture, Side::Front, &[]).advice
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
        let seen = look(&card(0.8), Side::Front, &[]);
        assert_eq!(
            (seen.advice, seen.findings.as_slice()),
            (Advice::Good, &[][..]),
            "{seen:?}"
        );
        assert_eq!(look(&card(0.8), Side::Back, &[]).advice, Advice::NoQr);
    }

    #[test]
    fn each_fault_asks_for_its_own_remedy() {
        let good = card(0.8);
        assert_eq!(advice(&each(&good, |_, _, v| v * 0.3)), Advice::TooDark);
        assert_eq!(
            advice(&each(&good, |_, _, v| (v * 2.2).min(255.0))),
            Advice::TooBright
        );
        assert_eq!(advice(&imageops::blur(&good, 4.0)), Advice::AimAtCard);
        assert_eq!(advice(&imageops::blur(&good, 1.8)), Advice::HoldStill);
        assert_eq!(advice(&card(0.35)), Advice::ComeCloser);
        assert_eq!(advice(&card(1.0)), Advice::MoveBack);
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
            look(&copy, Side::Front, &[])
                .findings
                .contains(&FindingCode::NoColour)
        );
    }

    #[test]
    fn pictures_of_any_size_are_looked_at() {
        for (width, height) in [(1, 1), (9, 700), (700, 9), (65, 65)] {
            let seen = look(&RgbImage::new(width, height), Side::Back, &[]);
            assert_eq!(seen.advice, Advice::TooDark);
        }
    }
}
