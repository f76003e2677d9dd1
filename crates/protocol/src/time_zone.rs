//! The time zone of a campaign's days.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A time zone by its name in the IANA database: `America/Tijuana`.
///
/// Only its form is checked here. Whether there is such a zone the server knows, which has the
/// database; a phone that does not know it shows the days of Mexico City.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, as = "String"))]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(value_type = String, max_length = 64, pattern = "^[A-Za-z0-9_+/-]{1,64}$", example = "America/Tijuana")
)]
pub struct TimeZoneName(String);

/// The name is not in the form of a time zone's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time zone is written as in the IANA database: America/Mexico_City, America/Tijuana")]
pub struct BadTimeZoneName;

impl TimeZoneName {
    /// The default zone.
    pub const HOME: &str = "America/Mexico_City";

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TimeZoneName {
    type Err = BadTimeZoneName;

    fn from_str(text: &str) -> Result<Self, BadTimeZoneName> {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"_+-/".contains(&b);
        match (1..=64).contains(&text.len()) && text.bytes().all(known) {
            true => Ok(Self(text.to_owned())),
            false => Err(BadTimeZoneName),
        }
    }
}

impl TryFrom<String> for TimeZoneName {
    type Error = BadTimeZoneName;

    fn try_from(text: String) -> Result<Self, BadTimeZoneName> {
        text.parse()
    }
}

impl From<TimeZoneName> for String {
    fn from(zone: TimeZoneName) -> String {
        zone.0
    }
}

impl fmt::Display for TimeZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_form_of_the_database() {
        for good in [
            "America/Mexico_City",
            "America/Argentina/Ushuaia",
            "Etc/GMT+6",
            "UTC",
        ] {
            assert_eq!(good.parse::<TimeZoneName>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "America/Mexico City",
            "América/Cancún",
            "UTC\n",
            "a;b",
            &"x".repeat(65),
        ] {
            assert_eq!(bad.parse::<TimeZoneName>(), Err(BadTimeZoneName), "{bad:?}");
        }
    }
}
