//! Who sends a request: proved by the signature of a device key over exactly this request.

use super::{limits, problem::Refusal};
use crate::server::Server;
use axum::{
    extract::{FromRequest, OriginalUri, Request},
    http::{HeaderMap, request::Parts},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use protocol::{
    code::Code,
    device::{DevicePublicKey, KEY_HEADER, SIGNATURE_HEADER, request_bytes},
    ids::Sha256Hash,
};
use std::sync::Arc;
use storage::activations::Device;

/// What stands in [`KEY_HEADER`] before the server knows the key.
pub const NEW: &str = "new";

/// The two headers of a signed request.
#[derive(Debug)]
pub struct Proof {
    /// Whose key: a device, an activation, or `new`.
    pub key: String,
    /// 64 bytes, or whatever was sent instead.
    pub signature: Vec<u8>,
}

impl Proof {
    /// The proof in these headers.
    pub fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .ok_or(Refusal::from(Code::SignatureMissing))
        };
        Ok(Self {
            key: text(KEY_HEADER)?.to_owned(),
            signature: URL_SAFE_NO_PAD
                .decode(text(SIGNATURE_HEADER)?)
                .map_err(|_| Code::SignatureInvalid)?,
        })
    }

    /// Whether `key` made this signature for this request.
    pub fn verify(
        &self,
        key: &DevicePublicKey,
        request: &RequestLine,
        body: &Sha256Hash,
    ) -> Result<(), Code> {
        let message = request_bytes(&request.method, &request.path_and_query, body);
        key.verify(&message, &self.signature)
    }
}

/// The part of the request line that is signed.
#[derive(Debug)]
pub struct RequestLine {
    method: String,
    path_and_query: String,
}

impl RequestLine {
    /// As it stands in the request.
    pub fn of(parts: &Parts) -> Self {
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or(&parts.uri, |original| &original.0);
        Self {
            method: parts.method.as_str().to_owned(),
            path_and_query: uri
                .path_and_query()
                .map_or("/", |path| path.as_str())
                .to_owned(),
        }
    }
}

/// The device that the proof names, if it signed this request and is not revoked.
pub async fn active_device(
    server: &Server,
    proof: &Proof,
    request: &RequestLine,
    body: &Sha256Hash,
) -> Result<Device, Refusal> {
    let id = proof.key.parse().map_err(|_| Code::DeviceUnknown)?;
    let now = server.now();
    let device = server
        .storage
        .device(id)
        .await?
        .ok_or(Code::DeviceUnknown)?;
    proof.verify(&device.key, request, body)?;
    if device.revoked_at.is_some() {
        return Err(Code::DeviceRevoked.into());
    }
    server.known_devices.remember(&device, now);
    Ok(device)
}

/// The same for a request by which nothing is promised: a device that was active a moment ago is
/// believed to be.
pub async fn lately_active_device(
    server: &Server,
    proof: &Proof,
    request: &RequestLine,
    body: &Sha256Hash,
) -> Result<Device, Refusal> {
    let known = proof.key.parse().ok();
    match known.and_then(|id| server.known_devices.get(id, server.now())) {
        Some(device) => {
            proof.verify(&device.key, request, body)?;
            Ok(device)
        }
        None => active_device(server, proof, request, body).await,
    }
}

/// A request of an activated phone with a body of at most `MAX` bytes.
#[derive(Debug)]
pub struct SignedRequest<const MAX: usize> {
    /// Who sent it.
    pub device: Device,
    /// The body.
    pub body: Bytes,
    /// Its SHA-256.
    pub hash: Sha256Hash,
    /// The signature, for the evidence.
    pub signature: Vec<u8>,
}

impl<const MAX: usize> FromRequest<Arc<Server>> for SignedRequest<MAX> {
    type Rejection = Refusal;

    async fn from_request(request: Request, server: &Arc<Server>) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let proof = Proof::of(&parts.headers)?;
        let body = limits::read_whole(&parts.headers, body, MAX).await?;
        let hash = Sha256Hash::of(&body);
        let device = active_device(server, &proof, &RequestLine::of(&parts), &hash).await?;
        Ok(Self {
            device,
            body,
            hash,
            signature: proof.signature,
        })
    }
}

/// Reads JSON. The types' own parsers refuse with a [`Code`], whose word comes first in the
/// error: that code is the answer, `request_malformed` otherwise.
pub fn read_json<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let told = error.to_string();
        let word = told.split(' ').next().unwrap_or_default();
        Code::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == word)
            .unwrap_or(Code::RequestMalformed)
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::activation::CompleteActivation;

    #[test]
    fn a_field_of_the_wrong_form_keeps_its_own_code() {
        let code = |body: &str| {
            read_json::<CompleteActivation>(body.as_bytes())
                .unwrap_err()
                .code()
        };
        assert_eq!(code(r#"{"code":"7K2M","attempt":""}"#), Code::CodeMalformed);
        assert_eq!(code(r#"{"code":"7K2M-Q9RX"}"#), Code::RequestMalformed);
        assert_eq!(code("{"), Code::RequestMalformed);
    }
}
