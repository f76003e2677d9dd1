//! Reads one picture by its kind.

use crate::answer::{Answer, Code, Fields, Noticed, Zone};
use chrono::{DateTime, NaiveDate, Utc};
use credential::{FindingCode, Reading, reading::Sources};
use image::{GrayImage, RgbImage};
use std::{fs, path::Path, time::SystemTime};
use vision::{
    mrz::read_zone,
    photo::{PictureLimits, Side, check_card, check_selfie, check_signature, open_picture},
    qr::{Budget, DecodedCode, decode_luma, pick_public},
};

/// The kind of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Back,
    Front,
    Selfie,
    Signature,
}

impl Kind {
    pub fn parse(word: &str) -> Result<Self, String> {
        match word {
            "back" => Ok(Kind::Back),
            "front" => Ok(Kind::Front),
            "selfie" => Ok(Kind::Selfie),
            "signature" => Ok(Kind::Signature),
            other => Err(format!("{other} is none of back, front, selfie, signature")),
        }
    }
}

/// Reads the picture at `path`. An error of opening it is part of the answer.
pub fn read(path: &Path, kind: Kind, late: &dyn Fn() -> bool) -> Answer {
    let mut answer = Answer {
        path: path.display().to_string(),
        ..Answer::default()
    };
    if let Err(error) = fill(&mut answer, path, kind, late) {
        answer.error = Some(error);
    }
    answer
}

fn fill(
    answer: &mut Answer,
    path: &Path,
    kind: Kind,
    late: &dyn Fn() -> bool,
) -> Result<(), String> {
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    if kind == Kind::Signature {
        let ink = check_signature(&bytes).map_err(|error| error.to_string())?;
        answer.findings = ink.findings().into_iter().map(Noticed::of).collect();
        return Ok(());
    }
    let opened = open_picture(&bytes, PictureLimits::CAPTURE).map_err(|error| error.to_string())?;
    drop(bytes);
    let picture = opened.into_rgb8();
    match kind {
        Kind::Selfie => note(answer, check_selfie(&picture).findings),
        Kind::Front => note(
            answer,
            check_card(&picture, Side::Front, None, &[]).findings,
        ),
        Kind::Back | Kind::Signature => back(answer, &picture, late),
    }
    Ok(())
}

fn note(answer: &mut Answer, findings: Vec<FindingCode>) {
    answer
        .findings
        .extend(findings.into_iter().map(Noticed::of));
}

fn back(answer: &mut Answer, picture: &RgbImage, late: &dyn Fn() -> bool) {
    let luma = image::imageops::grayscale(picture);
    let codes = decode_luma(&luma, Budget::still().stopping_when(late));
    answer.codes = codes.iter().map(Code::of).collect();
    read_fields(answer, &luma, &codes, late);
    drop(luma);
    note(
        answer,
        check_card(picture, Side::Back, None, &codes).findings,
    );
}

/// Reads QR and MRZ separately, then joins them.
fn read_fields(
    answer: &mut Answer,
    luma: &GrayImage,
    codes: &[DecodedCode],
    late: &dyn Fn() -> bool,
) {
    let corners: Vec<_> = codes.iter().map(|code| code.corners).collect();
    let zone = if late() {
        None
    } else {
        read_zone(luma, &corners, late)
    };
    answer.mrz = zone.as_ref().map(Zone::of);
    let sources = Sources {
        qr: Some(pick_public(codes)),
        mrz: zone.and_then(|zone| zone.trusted().cloned()),
        ..Sources::default()
    };
    let (reading, findings) = Reading::join(&sources, today());
    answer.reading = Some(Fields::of(&reading));
    note(answer, findings.into_iter().map(|one| one.code).collect());
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program is where the clock comes from"
)]
fn today() -> NaiveDate {
    DateTime::<Utc>::from(SystemTime::now()).date_naive()
}
