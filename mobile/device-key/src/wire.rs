//! The messages to and from the Kotlin and Swift halves: JSON, with bytes in base64.

use crate::{Attestation, Error, Level, Made, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// Bytes for a half.
#[derive(Serialize)]
pub(crate) struct Bytes {
    bytes: String,
}

impl Bytes {
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: STANDARD.encode(bytes),
        }
    }
}

/// Bytes from a half; `null` if there are none.
#[derive(Deserialize)]
pub(crate) struct MaybeBytes {
    bytes: Option<String>,
}

impl MaybeBytes {
    pub fn read(self) -> Result<Option<Vec<u8>>> {
        self.bytes.as_deref().map(decode).transpose()
    }
}

/// A key, as a half describes it; all fields are `null` if there is none.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Told {
    public_key: Option<String>,
    level: Option<Level>,
}

impl Told {
    pub fn read(self) -> Result<Option<Made>> {
        let (Some(key), Some(level)) = (self.public_key, self.level) else {
            return Ok(None);
        };
        let public_key = decode(&key)?
            .try_into()
            .ok()
            .filter(|point: &crate::PublicKey| point[0] == 4)
            .ok_or_else(|| strange("the public key is not a point"))?;
        Ok(Some(Made { public_key, level }))
    }
}

/// The attestation, as a half sends it.
#[derive(Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(crate) enum Said {
    None,
    AndroidKey { chain: Vec<String> },
    AppAttest { key_id: String, object: String },
}

impl Said {
    pub fn read(self) -> Result<Attestation> {
        Ok(match self {
            Said::None => Attestation::None,
            Said::AndroidKey { chain } => Attestation::AndroidKey {
                chain: chain.iter().map(|one| decode(one)).collect::<Result<_>>()?,
            },
            Said::AppAttest { key_id, object } => Attestation::AppAttest {
                key_id: decode(&key_id)?,
                object: decode(&object)?,
            },
        })
    }
}

/// The error for a half's refusal. The words are the same in Kotlin and Swift.
pub(crate) fn refusal(code: Option<&str>, message: Option<String>) -> Error {
    let message = message.unwrap_or_default();
    match code {
        Some("lost") => Error::Lost,
        Some("locked") => Error::Locked(message),
        Some("full") => Error::Full,
        _ => Error::Other(message),
    }
}

fn decode(text: &str) -> Result<Vec<u8>> {
    STANDARD.decode(text).map_err(|_| strange("not base64"))
}

fn strange(what: &str) -> Error {
    Error::Other(format!("the phone's half answered strangely: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json, to_value};

    #[test]
    fn bytes_come_back_as_they_were_sent() {
        let sent = to_value(Bytes::of(&[0, 255, 62])).unwrap();
        assert_eq!(sent, json!({ "bytes": "AP8+" }));
        let read = from_value::<MaybeBytes>(sent).unwrap().read().unwrap();
        assert_eq!(read.unwrap(), [0, 255, 62]);
        let none = from_value::<MaybeBytes>(json!({ "bytes": null })).unwrap();
        assert_eq!(none.read().unwrap(), None);
        let broken = from_value::<MaybeBytes>(json!({ "bytes": "*" })).unwrap();
        assert!(broken.read().is_err());
    }

    #[test]
    fn a_key_is_read_as_the_halves_write_it() {
        let mut point = [7_u8; 65];
        point[0] = 4;
        let told = json!({ "publicKey": STANDARD.encode(point), "level": "strong_box" });
        let made = from_value::<Told>(told).unwrap().read().unwrap().unwrap();
        assert_eq!((made.public_key, made.level), (point, Level::StrongBox));
        let none = json!({ "publicKey": null, "level": null });
        assert_eq!(from_value::<Told>(none).unwrap().read().unwrap(), None);
        let compressed = json!({ "publicKey": STANDARD.encode([2; 33]), "level": "software" });
        assert!(from_value::<Told>(compressed).unwrap().read().is_err());
    }

    #[test]
    fn what_the_hardware_says_is_read_from_both_systems() {
        let chain = json!({ "kind": "androidKey", "chain": ["AQI=", "Aw=="] });
        let read = from_value::<Said>(chain).unwrap().read().unwrap();
        let chain = vec![vec![1, 2], vec![3]];
        assert_eq!(read, Attestation::AndroidKey { chain });
        let object = json!({ "kind": "appAttest", "keyId": "AQI=", "object": "Aw==" });
        let read = from_value::<Said>(object).unwrap().read().unwrap();
        let (key_id, object) = (vec![1, 2], vec![3]);
        assert_eq!(read, Attestation::AppAttest { key_id, object });
        let nothing = from_value::<Said>(json!({ "kind": "none" })).unwrap();
        assert_eq!(nothing.read().unwrap(), Attestation::None);
    }

    #[test]
    fn lost_is_not_locked() {
        assert_eq!(refusal(Some("lost"), None), Error::Lost);
        let locked = refusal(Some("locked"), Some("before first unlock".into()));
        assert_eq!(locked, Error::Locked("before first unlock".into()));
        assert_eq!(refusal(None, None), Error::Other(String::new()));
    }
}
