//! Campaigns: a requester asks for apoyo, in one demarcation and one window.
//! `GET /v1/campaigns`.

use crate::{
    environment::Timestamp,
    ids::{CampaignId, ProcessId},
    seal::announced::SignedSealingKeys,
    time_zone::TimeZoneName,
};
use credential::Entidad;
use serde::{Deserialize, Serialize};

/// The kinds of process that the law knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ProcessKind {
    /// Independent candidacy for President.
    CandidaturaPresidencia,
    /// Independent candidacy for senator.
    CandidaturaSenaduria,
    /// Independent candidacy for deputy.
    CandidaturaDiputacion,
    /// Consulta popular.
    ConsultaPopular,
    /// Revocación de mandato.
    RevocacionMandato,
    /// Iniciativa ciudadana.
    IniciativaCiudadana,
    /// A new party.
    NuevoPartido,
}

/// Which other apoyos of the same person an apoyo rules out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Exclusivity {
    /// A person counts once within the whole process (several candidates for one office).
    Process,
    /// A person counts once within each campaign (several consultations may be backed).
    Campaign,
}

/// The demarcation: apoyos of people who vote there count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "scope")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Demarcation {
    /// The whole country.
    Pais,
    /// One entidad.
    Entidad {
        /// The entidad.
        #[cfg_attr(feature = "openapi", schema(value_type = u8))]
        entidad: Entidad,
    },
    /// One federal district.
    DistritoFederal {
        /// The entidad.
        #[cfg_attr(feature = "openapi", schema(value_type = u8))]
        entidad: Entidad,
        /// Its number within the entidad.
        distrito: u16,
    },
    /// One local district.
    DistritoLocal {
        /// The entidad.
        #[cfg_attr(feature = "openapi", schema(value_type = u8))]
        entidad: Entidad,
        /// Its number within the entidad.
        distrito: u16,
    },
    /// One municipio.
    Municipio {
        /// The entidad.
        #[cfg_attr(feature = "openapi", schema(value_type = u8))]
        entidad: Entidad,
        /// Its number within the entidad.
        municipio: u16,
    },
}

/// The polling place of a person, as the roll has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The entidad.
    pub entidad: Entidad,
    /// The federal district within it.
    pub distrito_federal: u16,
    /// The local district within it.
    pub distrito_local: u16,
    /// The municipio within it.
    pub municipio: u16,
    /// The sección within it.
    pub seccion: u16,
}

impl Demarcation {
    /// Whether a person who votes at `place` may give apoyo here.
    pub fn contains(&self, place: &Place) -> bool {
        match *self {
            Demarcation::Pais => true,
            Demarcation::Entidad { entidad } => place.entidad == entidad,
            Demarcation::DistritoFederal { entidad, distrito } => {
                place.entidad == entidad && place.distrito_federal == distrito
            }
            Demarcation::DistritoLocal { entidad, distrito } => {
                place.entidad == entidad && place.distrito_local == distrito
            }
            Demarcation::Municipio { entidad, municipio } => {
                place.entidad == entidad && place.municipio == municipio
            }
        }
    }
}

/// `GET /v1/campaigns?entidad=9&seccion=123`. Both are optional; without them the answer lists
/// every open campaign.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignQuery {
    /// Only campaigns where people of this entidad may give apoyo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entidad: Option<Entidad>,
    /// With `entidad`: only campaigns where people of this sección may give apoyo. 1 to 9999.
    #[serde(
        default,
        deserialize_with = "seccion",
        skip_serializing_if = "Option::is_none"
    )]
    pub seccion: Option<u16>,
}

fn seccion<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    match Option::deserialize(deserializer)? {
        Some(0 | 10_000..) => Err(serde::de::Error::custom("a sección is 1 to 9999")),
        seccion => Ok(seccion),
    }
}

/// One campaign as the app shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Campaign {
    /// The campaign's id.
    pub id: CampaignId,
    /// The process it belongs to.
    pub process: ProcessId,
    /// The process's name.
    pub process_name: String,
    /// The kind of that process.
    pub kind: ProcessKind,
    /// What it asks for, in one line.
    pub title: String,
    /// The requester's name.
    pub requester: String,
    /// A paragraph of plain text about it.
    pub description: String,
    /// Apoyos of people who vote here count.
    pub demarcation: Demarcation,
    /// When the window opens (inclusive).
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub opens_at: Timestamp,
    /// When the window closes (exclusive).
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub closes_at: Timestamp,
    /// The zone that its days are of; without it Mexico City's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub time_zone: Option<TimeZoneName>,
    /// Number of apoyos that the law requires.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub required: u64,
    /// Which other apoyos this one rules out. Missing only in what a phone stored before the
    /// server said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub exclusivity: Option<Exclusivity>,
}

/// The answer to `GET /v1/campaigns`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignList {
    /// The campaigns, ordered by their closing, the nearest first.
    pub campaigns: Vec<Campaign>,
    /// The server's time, so that a phone with a wrong clock shows the right days.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub now: Timestamp,
    /// The keys that apoyos are sealed to from now on. Missing only in a list that a phone stored
    /// before sealing existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealing: Option<SignedSealingKeys>,
}
