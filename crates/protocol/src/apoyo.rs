//! An apoyo on the wire: `HEAD`/`PUT /v1/blobs/{sha256}`, `PUT /v1/apoyos/{id}`,
//! `GET /v1/apoyos/{id}`.
//!
//! The body of `PUT /v1/apoyos/{id}` is a [`Submission`]. The device's signature of that
//! request (see [`crate::device`]) covers every byte of it, so it is the signature of the
//! manifest, and both are kept as evidence.
//!
//! Everything that says something about a person travels sealed ([`crate::seal`]): the
//! pictures to the review key, the [`Payload`] to the intake key. The manifest names sealed
//! bytes only; what was sealed has its own hash inside.

use crate::{
    activation::Language,
    environment::Timestamp,
    ids::{ApoyoId, CampaignId, DeviceId, ProcessId, Sha256Hash},
    reason::Reason,
    sensitive::Sensitive,
};
use credential::{Model, reading::FindingCode};
use serde::{Deserialize, Serialize};

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PartName {
    /// The credential's front.
    Front,
    /// The credential's back, with the QR.
    Back,
    /// The citizen's face, taken live.
    Selfie,
    /// The signature.
    Signature,
}

impl PartName {
    /// The four parts, in the order in which they are captured.
    pub const ALL: [PartName; 4] = [
        PartName::Front,
        PartName::Back,
        PartName::Selfie,
        PartName::Signature,
    ];
}

/// One picture, by the hash of what it is sealed into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Part {
    /// What it shows.
    pub name: PartName,
    /// SHA-256 of the sealed bytes: its name under `/v1/blobs/`.
    pub sha256: Sha256Hash,
    /// How many sealed bytes there are.
    pub bytes: u64,
}

/// How the signature was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SignatureKind {
    /// With a finger, a pen or a mouse.
    Drawn,
    /// Typed, by somebody who cannot draw.
    Typed,
}

/// What an apoyo consists of. Holds no personal data: that is in the [`Payload`] and in the
/// pictures, which are sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Manifest {
    /// The apoyo, chosen once on the phone; the same as in the address.
    pub apoyo: ApoyoId,
    /// The process of the campaign, to which every part is bound.
    pub process: ProcessId,
    /// Who the apoyo is for.
    pub campaign: CampaignId,
    /// The phone that sends it; the same as in the `apoyo-key` header.
    pub device: DeviceId,
    /// Exactly one part of each name.
    pub parts: Vec<Part>,
    /// SHA-256 of the sealed payload's bytes.
    pub payload: Sha256Hash,
    /// The app's version.
    pub app: String,
}

/// The fields: what was read from the credential, and how the citizen consented. JSON, sealed
/// to the intake key, inside [`Submission::payload`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// When the phone believes that it was captured. Informative: order is order of arrival.
    pub captured_at: Timestamp,
    /// The version of the privacy notice under which consent was given.
    pub notice_version: String,
    /// The language that the citizen saw it in.
    pub language: Language,
    /// How the signature was made.
    pub signature_kind: SignatureKind,
    /// What the phone noticed and the citizen sent all the same.
    pub findings: Vec<FindingCode>,
    /// The model that the citizen chose.
    pub model: Model,
    /// The text of the public QR, as decoded on the phone.
    pub qr: Sensitive<String>,
    /// The three MRZ lines, where they were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mrz: Option<Sensitive<[String; 3]>>,
    /// The CURP, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curp: Option<Sensitive<String>>,
    /// The clave de elector, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clave_elector: Option<Sensitive<String>>,
    /// The full name, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Sensitive<String>>,
}

/// The body of `PUT /v1/apoyos/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Submission {
    /// What it consists of.
    pub manifest: Manifest,
    /// The [`Payload`], sealed to the intake key, base64url without padding.
    pub payload: String,
}

/// Where an apoyo stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    /// Recorded and durable; not looked at yet.
    Received,
    /// In the lista nominal and counted, until people have looked at the pictures.
    Preliminary,
    /// A person has to look before it can be counted.
    InReview,
    /// Not counted, for the reasons that stand with it.
    NotCounted,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 4] = [
        Status::Received,
        Status::Preliminary,
        Status::InReview,
        Status::NotCounted,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Received => "received",
            Status::Preliminary => "preliminary",
            Status::InReview => "in_review",
            Status::NotCounted => "not_counted",
        }
    }

    /// The status with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// The answer to `GET /v1/apoyos/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApoyoState {
    /// The apoyo.
    pub apoyo: ApoyoId,
    /// Who it is for.
    pub campaign: CampaignId,
    /// Where it stands.
    pub status: Status,
    /// Why it is not counted or waits for a person; empty otherwise.
    pub reasons: Vec<Reason>,
    /// When the status last changed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub changed_at: Timestamp,
}
