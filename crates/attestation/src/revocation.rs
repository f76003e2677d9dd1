//! Revoked certificates: Google's list, in its published format
//! (`{"entries": {"serial in hexadecimal digits": {"status": "REVOKED", …}}}`).

use crate::{Fault, certificate::Certificate};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Serial numbers of revoked certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revocations(BTreeSet<String>);

/// Why a text is not a valid list of revocations.
#[derive(Debug, thiserror::Error)]
pub enum RevocationFault {
    /// Not JSON, or not of this shape.
    #[error("not a list of revocations: {0}")]
    Shape(#[from] serde_json::Error),
    /// A key is not a serial number.
    #[error("\"{0}\" is not a serial number in hexadecimal digits")]
    Serial(String),
}

#[derive(Deserialize)]
struct Published {
    entries: BTreeMap<String, Entry>,
}

/// Other fields of an entry (reason, comment, expiry) are ignored.
#[derive(Deserialize)]
struct Entry {
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Status {
    Revoked,
    /// Revoked temporarily; a later list may not have it any more.
    Suspended,
}

impl Revocations {
    /// Parses the published list. An unknown status is an error: a list is accepted as a whole or
    /// not at all.
    pub fn parse(json: &[u8]) -> Result<Self, RevocationFault> {
        let published: Published = serde_json::from_slice(json)?;
        published
            .entries
            .into_iter()
            .map(|(serial, entry)| {
                let (Status::Revoked | Status::Suspended) = entry.status;
                let digits = serial.trim_start_matches('0').to_ascii_lowercase();
                let fits = !digits.is_empty()
                    && digits.len() <= 40
                    && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                match fits {
                    true => Ok(digits),
                    false => Err(RevocationFault::Serial(serial)),
                }
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Number of revoked certificates.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The serial numbers, in lower-case hexadecimal digits without leading zeros.
    pub fn serials(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(crate) fn contains(&self, certificate: &Certificate<'_>) -> bool {
        self.0.contains(&certificate.serial())
    }
}

/// The serial numbers of a chain without its leaf, in the format of the list of revocations. The
/// leaf's serial number is the same on all phones.
pub fn serials(chain: &[&[u8]]) -> Result<Vec<String>, Fault> {
    chain
        .iter()
        .skip(1)
        .map(|der| Certificate::parse(der).map(|certificate| certificate.serial()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_format_is_read() {
        let list = br#"{"entries":{
            "2c8cdddfd5e03bfc":{"status":"REVOKED","expires":"2020-11-13","reason":"KEY_COMPROMISE","comment":"a"},
            "00C8966fcb2fbb0d7a":{"status":"SUSPENDED","reason":"SOFTWARE_FLAW"}}}"#;
        let list = Revocations::parse(list).unwrap();
        let serials: Vec<&str> = list.serials().collect();
        assert_eq!(serials, ["2c8cdddfd5e03bfc", "c8966fcb2fbb0d7a"]);
    }

    #[test]
    fn a_list_that_is_not_understood_is_not_half_believed() {
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"entries":{"2c":{"status":"FORGIVEN"}}}"#,
            r#"{"entries":{"2c":{}}}"#,
            r#"{"entries":{"":{"status":"REVOKED"}}}"#,
            r#"{"entries":{"2g":{"status":"REVOKED"}}}"#,
            r#"{"entries":{"2c":{"status":"REVOKED"}"#,
        ] {
            assert!(Revocations::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
