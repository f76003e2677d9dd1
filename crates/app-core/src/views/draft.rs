//! The draft, as the screen shows it.

use crate::doors::Source;
use credential::{Model, reading::FindingCode};
use protocol::{
    apoyos::{PartName, SignatureKind},
    campaigns::Campaign,
    ids::Sha256Hash,
    sensitive::Sensitive,
};
use serde::{Deserialize, Serialize};

/// The next thing that a draft needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum DraftStep {
    /// Choose the model.
    Model,
    /// Photograph the front.
    Front,
    /// Photograph the back.
    Back,
    /// Confirm what was read.
    Reading,
    /// Take the selfie.
    Selfie,
    /// Sign.
    Signature,
    /// Everything is there: look it over, consent, send.
    Summary,
}

/// The apoyo being prepared.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DraftView {
    /// The campaign that it is for.
    pub campaign: Campaign,
    /// The next step.
    pub step: DraftStep,
    /// The model of the credential.
    pub model: Option<Model>,
    /// The pictures that were taken.
    pub parts: Vec<PartView>,
    /// The fields that were read.
    pub reading: Vec<ReadField>,
    /// Whether the citizen has confirmed the reading.
    pub confirmed: bool,
    /// The findings of comparing the sources.
    pub findings: Vec<FindingCode>,
    /// How the signature was made.
    pub signature_kind: Option<SignatureKind>,
    /// Whether the front picture of the activation is still on the phone.
    pub activation_front: bool,
    /// The version of the notice in force, which `Send` has to name.
    pub notice_version: String,
}

/// One picture of a draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PartView {
    /// The part's name: what the picture shows.
    pub name: PartName,
    /// Camera or file.
    pub source: Source,
    /// The findings in it.
    pub findings: Vec<FindingCode>,
    /// Those findings for which the screen asks whether to use the picture.
    pub ask: Vec<FindingCode>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// SHA-256 of the picture: it changes when the picture is taken again.
    pub sha256: Sha256Hash,
}

/// The fields that can be read from a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FieldName {
    /// Código de identificación de la credencial.
    Cic,
    /// Identificador del ciudadano.
    Identificador,
    /// The sección.
    Seccion,
    /// The emission number.
    Emision,
    /// When the card was issued.
    Issued,
    /// The CURP.
    Curp,
    /// The clave de elector.
    ClaveElector,
    /// The name.
    Name,
    /// The birth date.
    Birth,
    /// The sex.
    Sex,
    /// Until when the card is valid.
    Vigencia,
}

/// The source of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FieldSource {
    /// The QR.
    Qr,
    /// The MRZ.
    Mrz,
    /// Typed.
    Typed,
}

/// One field that the citizen confirms.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ReadField {
    /// The field.
    pub name: FieldName,
    /// Its value.
    #[cfg_attr(feature = "ts", ts(as = "String"))]
    pub value: Sensitive<String>,
    /// The source that the value was read from.
    pub source: FieldSource,
}
