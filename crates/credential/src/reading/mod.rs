//! Joins the readings of both sides, with findings where the sources disagree.
//!
//! A disagreement is never a refusal: it is a finding for a person to review.

mod agreement;
mod checks;
mod names;

pub use agreement::Agreement;
mod severity;

use crate::{
    clave_elector::ClaveElector,
    curp::Curp,
    entidades::Entidad,
    model::Model,
    mrz::Mrz,
    numbers::{Cic, OcrNumber, Seccion},
    qr::{PublicQr, StructuredQr},
    sex::Sex,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

pub use severity::Severity;

/// A finding in a credential or its pictures. A finding alone is never a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FindingCode {
    /// QR and MRZ have different CICs.
    CicDiffers,
    /// QR and MRZ have different OCR numbers.
    OcrDiffers,
    /// The sección typed from the front is not the one in the QR.
    SeccionDiffers,
    /// The birth date differs between MRZ, CURP and clave de elector.
    BirthDiffers,
    /// The sex differs between MRZ, CURP and clave de elector.
    SexDiffers,
    /// The birth entidad differs between CURP and clave de elector.
    BirthEntidadDiffers,
    /// The name does not give the letters of the CURP or of the clave de elector.
    NameDiffers,
    /// The MRZ's composite check digit is not the computed one.
    MrzCompositeDiffers,
    /// The CURP has an inconvenient word that should have been replaced.
    CurpUnreplacedWord,
    /// The vigencia in the MRZ has ended.
    Expired,
    /// The URL in the QR has an unusual form.
    QrShort,
    /// The picture is blurred where the text is.
    Blurred,
    /// There is a reflection on the card.
    Glare,
    /// The picture is too dark.
    Dark,
    /// The picture is too bright.
    Bright,
    /// The card fills too little of the picture.
    Far,
    /// The picture has no colour: perhaps a photocopy.
    NoColour,
    /// The picture came from a file, not from the camera.
    FromFile,
    /// The signature was typed.
    TypedSignature,
    /// No card is seen in the picture.
    NoCard,
    /// Part of the card is outside of the picture.
    CardCut,
    /// There is a shadow on part of the card.
    Shadow,
    /// It is the other side of the card.
    WrongSide,
    /// The card looks like another model than the one that was chosen.
    OtherModel,
    /// It looks like a photograph of a screen: a pixel grid or moiré is visible.
    ScreenGrid,
    /// The dark frame of a screen surrounds the card.
    Bezel,
    /// The same picture was used for another part, or was sent before.
    SeenBefore,
    /// No face is seen.
    NoFace,
    /// More than one face is seen.
    SeveralFaces,
    /// The face is small in the picture.
    FaceFar,
    /// The face is not in the middle.
    FaceOffCentre,
    /// The eyes are covered.
    EyesCovered,
    /// One side of the face is in the dark.
    FaceLight,
    /// It may be a picture of a face, not a face.
    FlatFace,
    /// The signature has very little ink.
    SignatureFaint,
    /// The signature is one straight line.
    SignatureLine,
    /// The signature is a photograph, or the printed one of the card.
    SignatureCopied,
}

/// The source of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The public QR.
    Qr,
    /// The machine-readable zone.
    Mrz,
    /// The CURP.
    Curp,
    /// The clave de elector.
    ClaveElector,
    /// Typed from the front.
    Front,
    /// The date of today.
    Today,
}

/// A finding with the value of each source.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// The finding.
    pub code: FindingCode,
    /// The sources and their values. Personal data, so `Debug` shows the sources only.
    pub values: Vec<(Source, String)>,
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources: Vec<Source> = self.values.iter().map(|(source, _)| *source).collect();
        f.debug_struct("Finding")
            .field("code", &self.code)
            .field("sources", &sources)
            .finish()
    }
}

/// The readings by source. A missing source is not compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sources {
    /// The model that the citizen chose.
    pub model: Option<Model>,
    /// The public QR, or what was found instead.
    pub qr: Option<PublicQr>,
    /// The machine-readable zone.
    pub mrz: Option<Mrz>,
    /// The CURP from the front.
    pub curp: Option<Curp>,
    /// The clave de elector from the front.
    pub clave_elector: Option<ClaveElector>,
    /// The name from the front, in one line.
    pub name: Option<Name>,
    /// Where the person votes, from the front.
    pub entidad: Option<Entidad>,
    /// The sección from the front.
    pub seccion: Option<Seccion>,
}

/// A name in one line, as typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Name(pub String);

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(****)")
    }
}

/// Both sides joined: each value from its most trusted source.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The model that the citizen chose.
    pub model: Option<Model>,
    /// The public QR in its usual form.
    pub qr: Option<StructuredQr>,
    /// Whether QR and MRZ agree. Only with [`Agreement::Agree`] was the back read twice with the
    /// same result.
    pub back: Agreement,
    /// The number of the card: QR, then MRZ.
    pub cic: Option<Cic>,
    /// The OCR number: QR, then MRZ.
    pub ocr: Option<OcrNumber>,
    /// The sección: QR, then MRZ, then front.
    pub seccion: Option<Seccion>,
    /// The entidad where the person votes: only the front has it.
    pub entidad: Option<Entidad>,
    /// The birth date: CURP (it has the century), then MRZ, then clave de elector.
    pub birth: Option<NaiveDate>,
    /// The sex: CURP, then clave de elector, then MRZ.
    pub sex: Option<Sex>,
    /// The last day of the vigencia, from the MRZ.
    pub expiry: Option<NaiveDate>,
    /// The CURP.
    pub curp: Option<Curp>,
    /// The clave de elector.
    pub clave_elector: Option<ClaveElector>,
    /// The name: front, then MRZ (cut at thirty letters).
    pub name: Option<Name>,
}

impl Reading {
    /// Joins the sources, with a finding for each disagreement.
    pub fn join(sources: &Sources, today: NaiveDate) -> (Reading, Vec<Finding>) {
        let qr = match &sources.qr {
            Some(PublicQr::Found(public)) => Some(public.clone()),
            _ => None,
        };
        let (mrz, curp, clave) = (&sources.mrz, &sources.curp, &sources.clave_elector);
        let from_mrz = mrz.as_ref();
        let ocr = qr
            .as_ref()
            .map(StructuredQr::ocr)
            .or(from_mrz.map(Mrz::ocr));
        let birth = curp
            .as_ref()
            .map(Curp::birth)
            .or_else(|| from_mrz.and_then(|mrz| mrz.birth().as_birth(today)))
            .or_else(|| {
                clave
                    .as_ref()
                    .and_then(|clave| clave.birth().as_birth(today))
            });
        let sex = curp
            .as_ref()
            .map(Curp::sex)
            .or_else(|| clave.as_ref().map(ClaveElector::sex))
            .or_else(|| from_mrz.and_then(Mrz::sex));
        let name = sources.name.clone().or_else(|| {
            from_mrz.map(|mrz| {
                let (surnames, given) = mrz.names();
                Name(format!("{surnames} {given}").trim().to_owned())
            })
        });
        let findings = checks::all(sources, qr.as_ref(), today);
        let reading = Reading {
            model: sources.model,
            back: Agreement::of(qr.as_ref(), from_mrz),
            cic: qr.as_ref().map(|qr| qr.cic).or(from_mrz.map(Mrz::cic)),
            ocr,
            seccion: ocr.and_then(|ocr| ocr.seccion()).or(sources.seccion),
            entidad: sources.entidad,
            birth,
            sex,
            expiry: from_mrz.map(Mrz::expiry),
            curp: curp.clone(),
            clave_elector: clave.clone(),
            name,
            qr,
        };
        (reading, findings)
    }
}

#[cfg(test)]
mod tests;
