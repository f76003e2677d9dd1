//! The server's interface as typed calls. The device key signs the requests
//! ([`protocol::devices`]); every failure is a [`Problem`].

mod activation;
mod apoyos;
mod campaigns;
mod signin;

use crate::{
    code::{PhoneCode, Problem},
    ports::{Http, Method, Ports, Request, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use protocol::{
    code::Code,
    devices::{KEY_HEADER, SIGNATURE_HEADER, request_bytes},
    ids::{ActivationId, DeviceId, Sha256Hash},
    seal,
};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::atomic::{AtomicI64, Ordering};

/// The `apoyo-key` of a request. The signing key is always this phone's.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signer {
    /// A key that the server does not know yet.
    New,
    /// A phone that is being activated.
    Activation(ActivationId),
    /// An activated phone.
    Device(DeviceId),
}

impl Signer {
    fn header(self) -> String {
        match self {
            Signer::New => "new".to_owned(),
            Signer::Activation(id) => id.to_string(),
            Signer::Device(id) => id.to_string(),
        }
    }
}

/// The server, as this phone talks to it.
pub(crate) struct Api {
    ports: Ports,
    server: String,
    clock_behind_ms: AtomicI64,
}

impl Api {
    /// `server` is the address without a slash at its end.
    pub fn new(ports: Ports, server: String) -> Self {
        Self {
            ports,
            server,
            clock_behind_ms: AtomicI64::new(0),
        }
    }

    /// The server's clock minus this phone's, by the last answer.
    pub fn clock_behind_ms(&self) -> i64 {
        self.clock_behind_ms.load(Ordering::Relaxed)
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        signer: Signer,
        body: Bytes,
    ) -> Result<T, Problem> {
        let hash = Sha256Hash::of(&body);
        let response = self.signed(method, path, signer, hash, body).await?;
        parse(&success(response)?.body)
    }

    async fn signed(
        &self,
        method: Method,
        path: &str,
        signer: Signer,
        body_hash: Sha256Hash,
        body: Bytes,
    ) -> Result<Response, Problem> {
        let signature = self.sign(method, path, &body_hash).await?;
        self.deliver(method, path, signer, &signature, body).await
    }

    async fn sign(
        &self,
        method: Method,
        path: &str,
        body: &Sha256Hash,
    ) -> Result<[u8; 64], Problem> {
        let message = request_bytes(method.as_str(), path, body);
        match self.ports.device_key.sign(&message).await {
            Ok(signature) => Ok(signature),
            Err(fault) => Err(self.key_problem(fault).await),
        }
    }

    async fn deliver(
        &self,
        method: Method,
        path: &str,
        signer: Signer,
        signature: &[u8; 64],
        body: Bytes,
    ) -> Result<Response, Problem> {
        let mut request = self.request(method, path, signer, signature);
        if !body.is_empty() {
            let kind = match path.starts_with("/v1/blobs/") {
                true => seal::MEDIA_TYPE,
                false => "application/json",
            };
            request.headers.push(("content-type", kind.to_owned()));
        }
        request.body = body;
        self.send(request).await
    }

    /// A signed request without a body.
    fn request(&self, method: Method, path: &str, signer: Signer, signature: &[u8; 64]) -> Request {
        Request {
            method,
            url: format!("{}{path}", self.server),
            headers: vec![
                (KEY_HEADER, signer.header()),
                (SIGNATURE_HEADER, URL_SAFE_NO_PAD.encode(signature)),
            ],
            body: Bytes::new(),
        }
    }

    /// The problem of a key that did not sign: it is gone, or not available now.
    async fn key_problem(&self, fault: crate::ports::KeyFault) -> Problem {
        tracing::warn!(%fault, "the device key did not sign");
        match self.ports.device_key.exists().await {
            Ok(false) => PhoneCode::DeviceKeyLost.into(),
            _ => PhoneCode::PhoneStorageFault.into(),
        }
    }

    async fn send(&self, request: Request) -> Result<Response, Problem> {
        let http: &dyn Http = self.ports.http.as_ref();
        let response = http.send(request).await.map_err(|error| {
            tracing::info!(%error, "the server was not reached");
            Problem::new(PhoneCode::ServerUnreachable)
        })?;
        if let Some(server_ms) = response.date_ms {
            let behind = server_ms - self.ports.clock.now().timestamp_millis();
            // The header has whole seconds, so a smaller difference is noise.
            let behind = if behind.abs() < 2_000 { 0 } else { behind };
            self.clock_behind_ms.store(behind, Ordering::Relaxed);
        }
        Ok(response)
    }
}

fn json<T: Serialize>(value: &T) -> Result<Bytes, Problem> {
    serde_json::to_vec(value)
        .map(Bytes::from)
        .map_err(|_| Code::RequestMalformed.into())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|_| PhoneCode::AnswerMalformed.into())
}

/// The answer, or the problem in it. The page of a captive portal or a proxy is
/// [`PhoneCode::AnswerMalformed`], which is tried again later.
fn success(response: Response) -> Result<Response, Problem> {
    if (200..300).contains(&response.status) {
        return Ok(response);
    }
    let said: Result<protocol::code::Problem, Problem> = parse(&response.body);
    let mut problem = said.map_or_else(|malformed| malformed, Problem::from);
    problem.retry_after_s = problem.retry_after_s.or(response.retry_after_s);
    Err(problem)
}
