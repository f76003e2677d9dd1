//! An apoyo on the wire: `HEAD`/`PUT /v1/blobs/{sha256}`, `PUT /v1/apoyos/{id}`,
//! `GET /v1/apoyos/{id}`.
//!
//! The body of `PUT /v1/apoyos/{id}` is a [`Submission`]. The device's signature of that
//! request (see [`crate::devices`]) covers every byte of it, so it is the signature of the
//! manifest, and both are kept as evidence.
//!
//! All personal data travels sealed ([`crate::seal`]): the pictures to the review key, the
//! [`Payload`] to the intake key. The manifest names the hashes of the sealed bytes only; the
//! hash of the plaintext is inside the sealed part.

use crate::{
    environment::Timestamp,
    ids::{ApoyoId, CampaignId, DeviceId, ProcessId, Sha256Hash},
    language::Language,
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

/// One picture, named by the hash of its sealed bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Part {
    /// The part's name: what the picture shows.
    pub name: PartName,
    /// SHA-256 of the sealed bytes, which is the part's name under `/v1/blobs/`.
    pub sha256: Sha256Hash,
    /// Length of the sealed part.
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
    /// Typed, for people who cannot draw.
    Typed,
}

/// The list of what an apoyo consists of. It holds no personal data: that is in the [`Payload`]
/// and in the pictures, which are sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Manifest {
    /// The apoyo, chosen once on the phone; the same as in the address.
    pub apoyo: ApoyoId,
    /// The campaign's process. Every part is bound to it.
    pub process: ProcessId,
    /// The campaign that the apoyo is for.
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
#[serde(deny_unknown_fields)]
pub struct Payload {
    /// The capture's time by the phone's clock. Only informative: apoyos are ordered by arrival.
    pub captured_at: Timestamp,
    /// The version of the privacy notice under which consent was given.
    pub notice_version: String,
    /// The language in which the citizen read the notice.
    pub language: Language,
    /// How the signature was made.
    pub signature_kind: SignatureKind,
    /// Findings of the phone that the citizen saw and sent anyway.
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
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Submission {
    /// The manifest.
    pub manifest: Manifest,
    /// The [`Payload`], sealed to the intake key, base64url without padding.
    pub payload: String,
}

/// The status of an apoyo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    /// Recorded and durable; not checked yet.
    Received,
    /// In the lista nominal, and counted until people have reviewed the pictures.
    Preliminary,
    /// A person has to review it before it can count.
    InReview,
    /// Not counted; the reasons are listed with it.
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
    /// The campaign that it is for.
    pub campaign: CampaignId,
    /// Its status.
    pub status: Status,
    /// Why it is not counted, or why a person has to review it; empty otherwise.
    pub reasons: Vec<Reason>,
    /// When the status last changed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub changed_at: Timestamp,
}
