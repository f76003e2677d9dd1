//! The check of a picture of a card: the findings, and one piece of advice.

use super::{
    measures::{CardMeasures, CardSeen, measure_card},
    side::Side,
    thresholds as limit,
};
use crate::qr::DecodedCode;
use credential::{FindingCode, Model, QrKind};
use image::RgbImage;
use serde::{Deserialize, Serialize};

/// The one piece of advice for the person who aims the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// There is no card in the picture, or no face.
    AimAtCard,
    /// The card is too small in the picture.
    ComeCloser,
    /// The card does not fit into the picture.
    MoveBack,
    /// The picture is blurred.
    HoldStill,
    /// There is too little light.
    TooDark,
    /// There is too much light.
    TooBright,
    /// Light is reflected over the card.
    Glare,
    /// A shadow lies over the card.
    Shadow,
    /// The card is there, but its QR cannot be read.
    NoQr,
    /// It is the other side of the card.
    TurnCardOver,
    /// It looks like a copy, a screen, or a picture of a picture.
    NotOriginal,
    /// The eyes are covered.
    EyesCovered,
    /// There is more than one face.
    OnlyYou,
    /// The picture is good.
    Good,
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct CardCheck {
    /// The advice.
    pub advice: Advice,
    /// The findings.
    pub findings: Vec<FindingCode>,
    /// The measures.
    pub measures: CardMeasures,
}

impl CardCheck {
    /// The card, if one was found.
    pub fn card(&self) -> Option<&CardSeen> {
        self.measures.card.as_ref()
    }
}

/// Checks a frame of the live view. `codes` are those that were read from it.
pub fn check_card_frame(frame: &RgbImage, side: Side, codes: &[DecodedCode]) -> CardCheck {
    judged(measure_card(frame, false), side, None, codes)
}

/// Checks a still: as [`check_card_frame`], and also for signs of a screen and for the card's model.
pub fn check_card(
    picture: &RgbImage,
    side: Side,
    model: Option<Model>,
    codes: &[DecodedCode],
) -> CardCheck {
    judged(measure_card(picture, true), side, model, codes)
}

fn judged(
    measures: CardMeasures,
    side: Side,
    model: Option<Model>,
    codes: &[DecodedCode],
) -> CardCheck {
    let of_card = |kind| matches!(kind, QrKind::Structured | QrKind::Short | QrKind::Opaque);
    let any_code = codes.iter().any(|code| of_card(code.kind()));
    let read = codes
        .iter()
        .any(|code| matches!(code.kind(), QrKind::Structured | QrKind::Short));
    let findings = findings(&measures, side, model, any_code);
    let has = |code| findings.contains(&code);
    let no_print = measures.print < limit::NO_PRINT.at;
    let fill = measures
        .card
        .map_or(measures.span, |card| card.outline.fill);

    // In order of priority: the wrong thing before bad light, light before position, position
    // before steadiness.
    let advice = if has(FindingCode::WrongSide) {
        Advice::TurnCardOver
    } else if has(FindingCode::CardCut) {
        Advice::MoveBack
    } else if side == Side::Back && read && measures.card.is_none() {
        // The code is what the back is photographed for: with the code read, the outline does not
        // matter.
        Advice::Good
    } else if has(FindingCode::Dark) {
        Advice::TooDark
    } else if has(FindingCode::Bright) {
        Advice::TooBright
    } else if has(FindingCode::NoCard) || (no_print && measures.card.is_none()) {
        Advice::AimAtCard
    } else if has(FindingCode::NoColour) || has(FindingCode::ScreenGrid) || has(FindingCode::Bezel)
    {
        Advice::NotOriginal
    } else if has(FindingCode::Glare) {
        Advice::Glare
    } else if has(FindingCode::Shadow) {
        Advice::Shadow
    } else if has(FindingCode::Far) && !read {
        Advice::ComeCloser
    } else if fill > limit::CLOSE.at {
        Advice::MoveBack
    } else if has(FindingCode::Blurred) && !read {
        Advice::HoldStill
    } else if side == Side::Back && !read {
        Advice::NoQr
    } else {
        Advice::Good
    };
    CardCheck {
        advice,
        findings,
        measures,
    }
}

fn findings(
    measures: &CardMeasures,
    side: Side,
    model: Option<Model>,
    any_code: bool,
) -> Vec<FindingCode> {
    let card = measures.card.as_ref();
    let light = &measures.light;
    let no_print = measures.print < limit::NO_PRINT.at;
    let dark = light.paper < limit::DARK.at;
    let is_clear = |card: &CardSeen| {
        // A model with an unknown layout correlates with none of the faces.
        card.likeness.correlation > limit::FACE_CORRELATION.at
            && card.likeness.side_margin > limit::SIDE_MARGIN.at
    };
    // Print that reaches the rim of the picture on something that correlates with no face: the
    // outline is that of a part of the card.
    let cut = !no_print
        && match card {
            Some(card) => measures.at_rim && card.likeness.correlation < limit::CUT_CORRELATION.at,
            None => measures.at_rim || measures.span > limit::CLOSE.at,
        };
    let wrong_side = match side {
        // Only the back has codes.
        Side::Front if any_code => true,
        Side::Back if any_code => false,
        _ => !cut && card.is_some_and(|card| is_clear(card) && !card.is(side)),
    };
    let other_design = |card: &CardSeen, model: Model| {
        let margin = match side {
            Side::Front => limit::FRONT_DESIGN_MARGIN.at,
            Side::Back => limit::BACK_DESIGN_MARGIN.at,
        };
        !cut && is_clear(card)
            && card.is(side)
            && card.likeness.design_margin > margin
            && !card.likeness.face.is_of(model)
    };
    let far = match card {
        Some(card) => card.outline.fill < limit::FAR.at,
        None => no_print || measures.span < limit::FAR_PRINT.at,
    };
    let glare = match card {
        Some(_) => light.glare > limit::GLARE.at,
        // Patches in a picture that is not overexposed as a whole.
        None => light.glare > limit::GLARE_PATCHES.at && light.burnt < limit::PAPER_BURNT.at,
    };
    let grid = measures.grid.brightness + measures.grid.colour;
    let screen = grid > limit::SCREEN_GRID.at
        || (grid > limit::SCREEN_GRID_OF_COLOURS.at && measures.colour > limit::RAINBOW.at);
    let seen = |code, yes: bool| yes.then_some(code);
    [
        seen(FindingCode::NoCard, card.is_none() && !any_code && !cut),
        seen(FindingCode::CardCut, cut),
        seen(FindingCode::WrongSide, wrong_side),
        seen(
            FindingCode::OtherModel,
            card.zip(model)
                .is_some_and(|(card, model)| other_design(card, model)),
        ),
        seen(FindingCode::Dark, dark),
        seen(FindingCode::Bright, light.burnt > limit::BRIGHT.at),
        seen(FindingCode::Glare, glare),
        seen(FindingCode::Shadow, !dark && light.shade < limit::SHADE.at),
        seen(FindingCode::Far, far),
        seen(
            FindingCode::Blurred,
            no_print
                || measures
                    .sharpness
                    .is_none_or(|steep| steep < limit::SHARPNESS.at),
        ),
        // In the dark the sensor's noise is colourful, and a grey copy cannot be told from a card.
        seen(
            FindingCode::NoColour,
            !dark && measures.colour < limit::COLOUR.at,
        ),
        seen(FindingCode::ScreenGrid, screen),
        seen(FindingCode::Bezel, measures.bezel >= 2),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
#[path = "card_check_tests.rs"]
mod tests;
