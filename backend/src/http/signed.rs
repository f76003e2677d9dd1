//! Requests that a device key signed: the signature is read here, and verified by the core.

use super::{body, problem::RefusalAnswer};
use axum::{
    extract::{FromRef, FromRequest, OriginalUri, Request},
    http::request::Parts,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use protocol::{
    devices::{KEY_HEADER, SIGNATURE_HEADER, request_bytes},
    ids::{DeviceId, Sha256Hash},
};
use server_core::{
    Core,
    asking::{NotProved, Proof, Signed, active_device, device_named, known_device},
    limits::{Limited, at_once::Running},
};
use std::sync::Arc;

/// The two headers of a signed request, and the part of its first line that is signed.
#[derive(Debug)]
pub struct SignatureHeaders {
    name: String,
    signature: Vec<u8>,
    method: String,
    path_and_query: String,
}

impl SignatureHeaders {
    /// Reads them from a request.
    pub fn of(parts: &Parts) -> Result<Self, RefusalAnswer> {
        let text = |name| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .ok_or(NotProved::Missing)
        };
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or(&parts.uri, |original| &original.0);
        Ok(Self {
            name: text(KEY_HEADER)?.to_owned(),
            signature: URL_SAFE_NO_PAD
                .decode(text(SIGNATURE_HEADER)?)
                .map_err(|_| NotProved::Invalid)?,
            method: parts.method.as_str().to_owned(),
            path_and_query: uri
                .path_and_query()
                .map_or("/", |path| path.as_str())
                .to_owned(),
        })
    }

    /// The name that the request claims.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The signature of the whole request, whose body has this hash.
    pub fn over(self, body: Sha256Hash) -> Proof {
        Proof {
            message: request_bytes(&self.method, &self.path_and_query, &body),
            name: self.name,
            signature: self.signature,
            body,
        }
    }
}

/// A request of an activated phone with a body of at most `MAX` bytes.
#[derive(Debug)]
pub struct SignedRequest<const MAX: usize>(pub Signed<Bytes>);

impl<const MAX: usize> SignedRequest<MAX> {
    /// A request without a body.
    pub fn without_body(self) -> Signed<()> {
        self.0.asking(|_| ())
    }
}

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for SignedRequest<MAX>
where
    Arc<Core>: FromRef<S>,
{
    type Rejection = RefusalAnswer;

    async fn from_request(request: Request, state: &S) -> Result<Self, RefusalAnswer> {
        let core = Arc::<Core>::from_ref(state);
        let (parts, body) = request.into_parts();
        let signature = SignatureHeaders::of(&parts)?;
        // A body is read only in the name of an existing phone, and a few at once of each.
        let _running = match MAX {
            0 => None,
            _ => match sender(&core, &signature).await {
                Ok(running) => Some(running),
                Err(refusal) => {
                    body::drain(body);
                    return Err(refusal);
                }
            },
        };
        let body = body::read_whole(&parts.headers, body, MAX).await?;
        let proof = signature.over(Sha256Hash::of(&body));
        Ok(Self(active_device(&core, proof, body).await?))
    }
}

/// A request without a body of a phone that was activated once, even if it is revoked now.
#[derive(Debug)]
pub struct LastRequest(pub Signed<()>);

impl<S: Send + Sync> FromRequest<S> for LastRequest
where
    Arc<Core>: FromRef<S>,
{
    type Rejection = RefusalAnswer;

    async fn from_request(request: Request, state: &S) -> Result<Self, RefusalAnswer> {
        let (parts, body) = request.into_parts();
        let signature = SignatureHeaders::of(&parts)?;
        let body = body::read_whole(&parts.headers, body, 0).await?;
        let proof = signature.over(Sha256Hash::of(&body));
        let core = Arc::<Core>::from_ref(state);
        Ok(Self(known_device(&core, proof, ()).await?))
    }
}

/// Counts a body of this phone among its concurrent ones.
async fn sender(
    core: &Core,
    signature: &SignatureHeaders,
) -> Result<Running<DeviceId>, RefusalAnswer> {
    let device = device_named(core, &signature.name).await?;
    let running = core.limits.bodies.enter(Some(device));
    Ok(running.ok_or(Limited::Busy { after_s: 2 })?)
}
