//! The server's interface as typed calls. Every request is signed by the device key
//! ([`protocol::device`]); every failure is a [`Problem`].

use crate::{
    ports::{Http, Method, Ports, Request, Response},
    queue::entry::Outgoing,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use protocol::{
    activation::{
        ActivationBegun, ActivationCompleted, ActivationState, BeginActivation, CompleteActivation,
        Language,
    },
    apoyo::ApoyoState,
    attestation::{AskChallenge, ChallengeGiven},
    campaign::{CampaignList, CampaignQuery},
    code::{Code, Problem},
    device::{KEY_HEADER, SIGNATURE_HEADER, request_bytes},
    ids::{ActivationId, ApoyoId, DeviceId, Sha256Hash, SigninId},
    signin::{BeginSignin, Providers, RedeemTicket, SigninBegun, SigninProved, SigninTicket},
};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::atomic::{AtomicI64, Ordering};

/// Whose name a request is signed with; the key is always this phone's.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signer {
    /// A key that the server has not seen.
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

    /// What to add to this phone's clock to have the server's, by its last answer.
    pub fn clock_behind_ms(&self) -> i64 {
        self.clock_behind_ms.load(Ordering::Relaxed)
    }

    /// `POST /v1/challenges`, unsigned: the key is made with the answer.
    pub async fn ask_challenge(&self, activation: ActivationId) -> Result<ChallengeGiven, Problem> {
        let request = Request {
            method: Method::Post,
            url: format!("{}/v1/challenges", self.server),
            headers: vec![("content-type", "application/json".to_owned())],
            body: json(&AskChallenge { activation })?,
        };
        parse(&success(self.send(request).await?)?.body)
    }

    /// `GET /v1/signins`, unsigned: nothing in it is for this phone alone.
    pub async fn providers(&self) -> Result<Providers, Problem> {
        let request = Request {
            method: Method::Get,
            url: format!("{}/v1/signins", self.server),
            headers: Vec::new(),
            body: Bytes::new(),
        };
        parse(&success(self.send(request).await?)?.body)
    }

    /// `POST /v1/signins`.
    pub async fn begin_signin(&self, begin: &BeginSignin) -> Result<SigninBegun, Problem> {
        let body = json(begin)?;
        self.call(Method::Post, "/v1/signins", Signer::New, body)
            .await
    }

    /// `POST /v1/signins/{id}/redeem`.
    pub async fn redeem_ticket(
        &self,
        signin: SigninId,
        ticket: SigninTicket,
    ) -> Result<SigninProved, Problem> {
        let path = format!("/v1/signins/{signin}/redeem");
        let body = json(&RedeemTicket { ticket })?;
        self.call(Method::Post, &path, Signer::New, body).await
    }

    /// `POST /v1/activations`.
    pub async fn begin_activation(
        &self,
        begin: &BeginActivation,
    ) -> Result<ActivationBegun, Problem> {
        let body = json(begin)?;
        self.call(Method::Post, "/v1/activations", Signer::New, body)
            .await
    }

    /// `GET /v1/activations/{id}`: how its mail fares.
    pub async fn activation_state(
        &self,
        activation: ActivationId,
    ) -> Result<ActivationState, Problem> {
        let path = format!("/v1/activations/{activation}");
        let signer = Signer::Activation(activation);
        self.call(Method::Get, &path, signer, Bytes::new()).await
    }

    /// `POST /v1/activations/{id}/resend`.
    pub async fn resend_code(&self, activation: ActivationId) -> Result<ActivationBegun, Problem> {
        let path = format!("/v1/activations/{activation}/resend");
        let signer = Signer::Activation(activation);
        self.call(Method::Post, &path, signer, Bytes::new()).await
    }

    /// `POST /v1/activations/{id}/complete`.
    pub async fn complete_activation(
        &self,
        activation: ActivationId,
        complete: &CompleteActivation,
    ) -> Result<ActivationCompleted, Problem> {
        let path = format!("/v1/activations/{activation}/complete");
        let signer = Signer::Activation(activation);
        self.call(Method::Post, &path, signer, json(complete)?)
            .await
    }

    /// `GET /v1/campaigns`.
    pub async fn campaigns(
        &self,
        device: DeviceId,
        query: CampaignQuery,
        language: Language,
    ) -> Result<CampaignList, Problem> {
        let mut path = "/v1/campaigns".to_owned();
        if let Some(entidad) = query.entidad {
            path.push_str(&format!("?entidad={}", entidad.number()));
            if let Some(seccion) = query.seccion {
                path.push_str(&format!("&seccion={seccion}"));
            }
        }
        let signature = self.sign(Method::Get, &path, &Sha256Hash::of(&[])).await?;
        let mut request = self.request(Method::Get, &path, Signer::Device(device), &signature);
        let language = match language {
            Language::EsMx => "es-MX",
            Language::En => "en",
        };
        request
            .headers
            .push(("accept-language", language.to_owned()));
        parse(&success(self.send(request).await?)?.body)
    }

    /// `HEAD /v1/blobs/{sha256}`: whether the server has it. Any answer but yes is a no: the
    /// upload that follows is told the reason, which `HEAD` cannot carry.
    pub async fn has_blob(&self, device: DeviceId, blob: Sha256Hash) -> Result<bool, Problem> {
        let path = format!("/v1/blobs/{blob}");
        let body = Sha256Hash::of(&[]);
        let response = self
            .signed(
                Method::Head,
                &path,
                Signer::Device(device),
                body,
                Bytes::new(),
            )
            .await?;
        Ok((200..300).contains(&response.status))
    }

    /// `PUT /v1/blobs/{sha256}`.
    pub async fn put_blob(
        &self,
        device: DeviceId,
        blob: Sha256Hash,
        jpeg: Bytes,
    ) -> Result<(), Problem> {
        let path = format!("/v1/blobs/{blob}");
        let response = self
            .signed(Method::Put, &path, Signer::Device(device), blob, jpeg)
            .await?;
        success(response).map(|_| ())
    }

    /// The device's signature of `PUT /v1/blobs/{sha256}`, for whoever sends it instead.
    pub async fn sign_blob(&self, blob: Sha256Hash) -> Result<[u8; 64], Problem> {
        self.sign(Method::Put, &format!("/v1/blobs/{blob}"), &blob)
            .await
    }

    /// The device's signature of `PUT /v1/apoyos/{id}` with a body of this hash.
    pub async fn sign_apoyo(
        &self,
        apoyo: ApoyoId,
        content: Sha256Hash,
    ) -> Result<[u8; 64], Problem> {
        self.sign(Method::Put, &apoyo_path(apoyo), &content).await
    }

    /// `PUT /v1/apoyos/{id}` with the signature that was made with the consent: the signed
    /// receipt, byte for byte.
    pub async fn put_apoyo(&self, apoyo: ApoyoId, sent: &Outgoing) -> Result<Bytes, Problem> {
        let signer = Signer::Device(sent.device);
        let path = apoyo_path(apoyo);
        let body = sent.body.clone();
        let response = self
            .deliver(Method::Put, &path, signer, &sent.signature, body)
            .await?;
        Ok(success(response)?.body)
    }

    /// `GET /v1/apoyos/{id}`.
    pub async fn apoyo_state(
        &self,
        device: DeviceId,
        apoyo: ApoyoId,
    ) -> Result<ApoyoState, Problem> {
        let path = apoyo_path(apoyo);
        let signer = Signer::Device(device);
        self.call(Method::Get, &path, signer, Bytes::new()).await
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
                true => "image/jpeg",
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

    /// A key that did not sign is either gone or only out of reach for now.
    async fn key_problem(&self, fault: crate::ports::KeyFault) -> Problem {
        tracing::warn!(%fault, "the device key did not sign");
        match self.ports.device_key.exists().await {
            Ok(false) => Code::DeviceKeyLost.into(),
            _ => Code::PhoneStorageFault.into(),
        }
    }

    async fn send(&self, request: Request) -> Result<Response, Problem> {
        let http: &dyn Http = self.ports.http.as_ref();
        let response = http.send(request).await.map_err(|error| {
            tracing::info!(%error, "the server was not reached");
            Problem::new(Code::ServerUnreachable)
        })?;
        if let Some(server_ms) = response.date_ms {
            let behind = server_ms - self.ports.clock.now().timestamp_millis();
            // The header has whole seconds: less is no difference.
            let behind = if behind.abs() < 2_000 { 0 } else { behind };
            self.clock_behind_ms.store(behind, Ordering::Relaxed);
        }
        Ok(response)
    }
}

fn apoyo_path(apoyo: ApoyoId) -> String {
    format!("/v1/apoyos/{apoyo}")
}

fn json<T: Serialize>(value: &T) -> Result<Bytes, Problem> {
    serde_json::to_vec(value)
        .map(Bytes::from)
        .map_err(|_| Code::RequestMalformed.into())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|_| Code::AnswerMalformed.into())
}

/// The answer, or the problem in it. A page of somebody in between (a captive portal, a
/// proxy) is not the server's word: it is an [`Code::AnswerMalformed`], to be tried again.
fn success(response: Response) -> Result<Response, Problem> {
    if (200..300).contains(&response.status) {
        return Ok(response);
    }
    let mut problem: Problem = parse(&response.body).unwrap_or_else(|malformed| malformed);
    problem.retry_after_s = problem.retry_after_s.or(response.retry_after_s);
    Err(problem)
}
