//! A sealed apoyo as one file: a person with a connection can send it for a phone without one.
//!
//! The file holds the requests that the phone would have sent, with the same sealed parts and
//! the same signatures: `PUT /v1/blobs/{sha256}` for each part, then `PUT /v1/apoyos/{id}`. A
//! person who has the file can send it, but cannot read any personal data in it. Sending it
//! twice, or once more from the phone itself, gives the same receipt.

use crate::{
    code::Code,
    devices::request_bytes,
    ids::{ApoyoId, DeviceId, Sha256Hash},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// The media type of such a file.
pub const MEDIA_TYPE: &str = "application/vnd.apoyo.file+json";
/// The most parts that a file may have.
const MOST_PARTS: usize = 16;

/// The file's content, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApoyoFile {
    /// The version of the format.
    pub format: Format,
    /// The apoyo.
    pub apoyo: ApoyoId,
    /// The phone whose key signed the requests.
    pub device: DeviceId,
    /// The sealed pictures.
    pub parts: Vec<SignedBody>,
    /// The manifest.
    pub manifest: SignedBody,
}

/// The versions of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Version 1.
    #[serde(rename = "apoyo-file/1")]
    V1,
}

/// The body of one request and the phone's signature of that request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedBody {
    /// ES256 of [`request_bytes`].
    #[serde(with = "base64url")]
    pub signature: Vec<u8>,
    /// The body's bytes.
    #[serde(with = "base64url")]
    pub body: Vec<u8>,
}

impl std::fmt::Debug for SignedBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedBody({} bytes)", self.body.len())
    }
}

/// One request that the file holds.
#[derive(Debug)]
pub struct FileRequest<'a> {
    /// The path that it is sent to.
    pub path: String,
    /// Body and signature.
    pub put: &'a SignedBody,
    /// SHA-256 of the body.
    pub hash: Sha256Hash,
}

impl FileRequest<'_> {
    /// The bytes that the phone signed.
    pub fn signed_bytes(&self) -> Vec<u8> {
        request_bytes("PUT", &self.path, &self.hash)
    }
}

impl ApoyoFile {
    /// Reads a file; [`Code::RequestMalformed`] for anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, Code> {
        let file: Self = serde_json::from_slice(bytes).map_err(|_| Code::RequestMalformed)?;
        if file.parts.len() > MOST_PARTS {
            return Err(Code::RequestMalformed);
        }
        Ok(file)
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("ids and bytes are always JSON")
    }

    /// The requests in the order in which they are sent: parts first. The paths are computed here
    /// and not read from the file, so a file cannot cause any other request.
    pub fn requests(&self) -> impl Iterator<Item = FileRequest<'_>> {
        let parts = self.parts.iter().map(|put| {
            let hash = Sha256Hash::of(&put.body);
            FileRequest {
                path: format!("/v1/blobs/{hash}"),
                put,
                hash,
            }
        });
        parts.chain(std::iter::once_with(|| FileRequest {
            path: format!("/v1/apoyos/{}", self.apoyo),
            put: &self.manifest,
            hash: Sha256Hash::of(&self.manifest.body),
        }))
    }
}

mod base64url {
    use super::{Engine, URL_SAFE_NO_PAD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        URL_SAFE_NO_PAD
            .decode(text.as_bytes())
            .map_err(|_| D::Error::custom("not base64url"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> ApoyoFile {
        ApoyoFile {
            format: Format::V1,
            apoyo: ApoyoId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([2; 16]),
            parts: vec![SignedBody {
                signature: vec![3; 64],
                body: b"sealed".to_vec(),
            }],
            manifest: SignedBody {
                signature: vec![4; 64],
                body: b"{}".to_vec(),
            },
        }
    }

    #[test]
    fn a_file_reads_back_and_leads_to_its_own_addresses_only() {
        let file = file();
        let read = ApoyoFile::parse(&file.to_bytes()).unwrap();
        assert_eq!(read, file);
        let paths: Vec<String> = read.requests().map(|request| request.path).collect();
        assert_eq!(
            paths,
            [
                format!("/v1/blobs/{}", Sha256Hash::of(b"sealed")),
                "/v1/apoyos/01010101010101010101010101010101".to_owned(),
            ]
        );
    }

    #[test]
    fn anything_else_is_no_file() {
        let text = String::from_utf8(file().to_bytes()).unwrap();
        for bad in [
            "",
            "{}",
            &text.replace("apoyo-file/1", "apoyo-file/2"),
            &text.replacen('{', "{\"path\":\"/v1/x\",", 1),
            &text.replace("c2VhbGVk", "c2VhbGVk="),
        ] {
            assert_eq!(
                ApoyoFile::parse(bad.as_bytes()),
                Err(Code::RequestMalformed)
            );
        }
    }

    /// Existing files have this form, so it must not change.
    #[test]
    fn the_first_form_never_changes() {
        let part = SignedBody {
            signature: vec![3; 2],
            body: b"sealed".to_vec(),
        };
        let file = ApoyoFile {
            parts: vec![part.clone()],
            manifest: part,
            ..file()
        };
        assert_eq!(
            String::from_utf8(file.to_bytes()).unwrap(),
            r#"{"format":"apoyo-file/1","apoyo":"01010101010101010101010101010101","device":"02020202020202020202020202020202","parts":[{"signature":"AwM","body":"c2VhbGVk"}],"manifest":{"signature":"AwM","body":"c2VhbGVk"}}"#
        );
    }
}
