//! The tally: never one number alone. `GET /v1/campaigns/{id}/tally`.

use crate::{environment::Timestamp, ids::CampaignId, reason::Reason};
use credential::Entidad;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Numbers of apoyos by status. `received` is always the sum of the other four.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Every apoyo with a receipt.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub received: u64,
    /// Of those: not checked yet.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub pending: u64,
    /// Of those: in the lista nominal; people have not reviewed the pictures yet.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub preliminary: u64,
    /// Of those: a person has to review them first.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub in_review: u64,
    /// Of those: not counted.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub not_counted: u64,
}

/// The counts of one entidad, district or sección.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, optional_fields))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaceCounts {
    /// The entidad.
    #[cfg_attr(feature = "openapi", schema(value_type = u8))]
    pub entidad: Entidad,
    /// The federal district, below an entidad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distrito_federal: Option<u16>,
    /// The sección, below a district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seccion: Option<u16>,
    /// The counts.
    pub counts: Counts,
}

/// The least number of received apoyos for which a sección's counts are published.
pub const SMALLEST_SECCION: u64 = 10;
/// The least minutes between two publications of sección counts.
pub const SECCION_STEP_MINUTES: i64 = 60;

/// The level of places in a tally, one at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TallyLevel {
    /// By entidad.
    #[default]
    Entidad,
    /// By federal district.
    Distrito,
    /// By sección, of one federal district.
    Seccion,
}

/// `GET /v1/campaigns/{id}/tally?level=seccion&entidad=9&distrito=12`. Without a level: by entidad.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TallyQuery {
    /// The level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<TallyLevel>,
    /// With `level=seccion`: the entidad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entidad: Option<Entidad>,
    /// With `level=seccion`: its federal district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distrito: Option<u16>,
}

/// The answer to `GET /v1/campaigns/{id}/tally`. It has only the requested list of places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, optional_fields))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tally {
    /// The campaign.
    pub campaign: CampaignId,
    /// What it asks for, in one line.
    pub title: String,
    /// The requester's name.
    pub requester: String,
    /// Number of apoyos that the law requires.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub required: u64,
    /// The counts of the whole campaign.
    pub total: Counts,
    /// Not counted, by reason; an apoyo with two reasons is listed under its first.
    #[cfg_attr(feature = "ts", ts(as = "BTreeMap<Reason, u32>"))]
    pub not_counted_by_reason: BTreeMap<Reason, u64>,
    /// In review, by reason; an apoyo with two reasons is listed under its first.
    #[cfg_attr(feature = "ts", ts(as = "BTreeMap<Reason, u32>"))]
    pub in_review_by_reason: BTreeMap<Reason, u64>,
    /// By entidad. Apoyos of people who are not in the roll are part of `total` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<PlaceCounts>>"))]
    pub by_entidad: Vec<PlaceCounts>,
    /// By federal district.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<PlaceCounts>>"))]
    pub by_distrito: Vec<PlaceCounts>,
    /// By sección, for those with at least [`SMALLEST_SECCION`] received.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<Vec<PlaceCounts>>"))]
    pub by_seccion: Vec<PlaceCounts>,
    /// When the counts by sección were taken, at most an hour before the others, so that a change does not
    /// reveal that a neighbour has just given an apoyo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub secciones_at: Option<Timestamp>,
    /// When the server computed it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
}
