//! TOML files of a process or a campaign.

use super::Failure;
use anyhow::Context;
use protocol::environment::Timestamp;
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error};
use std::path::Path;

/// Reads the file; an error names its line and counts as bad data.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    toml::from_str(&text).map_err(|error| Failure::BadData(format!("{}: {error}", path.display())))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Date(toml::value::Datetime),
    Text(String),
}

/// A moment with its offset, as a TOML date or as text: `2027-03-01T00:00:00-06:00`.
pub fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let text = match Written::deserialize(from)? {
        Written::Date(date) => date.to_string(),
        Written::Text(text) => text,
    };
    chrono::DateTime::parse_from_rfc3339(&text)
        .map(|moment| moment.to_utc())
        .map_err(|_| {
            D::Error::custom("should be a moment with its offset, like 2027-03-01T00:00:00-06:00")
        })
}
