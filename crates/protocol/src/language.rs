//! The language that a person reads.

use serde::{Deserialize, Serialize};

/// The languages that the app and its mails speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Language {
    /// Spanish of Mexico.
    #[default]
    #[serde(rename = "es-MX")]
    EsMx,
    /// English.
    #[serde(rename = "en")]
    En,
}
