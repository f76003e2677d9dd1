//! Everything read from both faces, joined, with the findings where the sources disagree.

use serde::{Deserialize, Serialize};

/// What was noticed about a credential or its pictures: never a refusal by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FindingCode {
    /// QR and MRZ name different CICs.
    CicDiffers,
    /// QR and MRZ name different OCR numbers.
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
    /// The CURP keeps an inconvenient word that should have been replaced.
    CurpUnreplacedWord,
    /// The vigencia in the MRZ is over.
    Expired,
    /// The QR's address is of a form other than the usual one.
    QrShort,
    /// The picture is blurred where the text is.
    Blurred,
    /// Light is reflected over the card.
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
}
