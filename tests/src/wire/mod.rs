//! The protocol, spoken by hand and signed with a software key: valid requests of phones, and invalid
//! ones.
//!
//! The app's own client is in `app-core` and behaves. This one can lie about a hash, sign with a foreign
//! key, change a byte after signing or hang up in the middle of a body.

mod answer;
mod apoyos;
mod phone;
mod raw;

pub use answer::Answer;
pub use apoyos::Draft;
pub use phone::{Phone, Signed};
pub use raw::{Interrupted, send_part_of};

use protocol::{
    activation::{BeginActivation, CompleteActivation},
    attestation::{AskChallenge, ChallengeGiven},
    ids::{ActivationId, ApoyoId, CampaignId, Sha256Hash},
    work::WorkDone,
};
use reqwest::Method;

/// Speaks to one server. Cheap to clone: clones share their connections.
#[derive(Clone)]
pub struct Wire {
    base: String,
    http: reqwest::Client,
}

impl Wire {
    /// A client of the server at `base` (`http://127.0.0.1:1234`).
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(std::time::Duration::from_secs(60))
            .build()
            .expect("a client without TLS roots of its own can always be built");
        Self {
            base: base.trim_end_matches('/').to_owned(),
            http,
        }
    }

    /// The server's address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends one request as it is; a missing answer is an error.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        signed: Option<&Signed>,
        body: Vec<u8>,
    ) -> Result<Answer, reqwest::Error> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(signed) = signed {
            for (name, value) in signed.headers() {
                request = request.header(name, value);
            }
        }
        if path.ends_with("/resend") || !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        Answer::read(request.body(body).send().await?).await
    }

    /// A `GET` without a signature.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new())
            .await
            .expect("the server answers")
    }

    /// `POST /v1/activations`, signed by `phone`, with the proof of work that the server asks for.
    pub async fn begin(&self, phone: &Phone, begin: &BeginActivation) -> Answer {
        let mut begin = begin.clone();
        if begin.work.is_none() {
            begin.work = self.work(begin.activation).await;
        }
        self.begin_as_it_is(phone, &begin).await
    }

    /// The solved proof of work of this activation.
    pub async fn work(&self, activation: ActivationId) -> Option<WorkDone> {
        let body = serde_json::to_vec(&AskChallenge { activation }).expect("plain data");
        let asked = self
            .send(Method::POST, "/v1/challenges", None, body)
            .await
            .expect("the server answers");
        let given: ChallengeGiven = asked.json(200);
        let work = given.work?;
        // On another thread, because the runtime's thread has to notice closed connections.
        let solved = tokio::task::spawn_blocking(move || work.solve());
        Some(solved.await.expect("a thread").expect("work of ours"))
    }

    /// `POST /v1/activations`, signed by `phone`, as it is.
    pub async fn begin_as_it_is(&self, phone: &Phone, begin: &BeginActivation) -> Answer {
        let body = serde_json::to_vec(begin).expect("plain data");
        self.post(phone, "/v1/activations", body).await
    }

    /// `POST /v1/activations/{id}/complete`, signed by `phone`.
    pub async fn complete(
        &self,
        phone: &Phone,
        id: ActivationId,
        complete: &CompleteActivation,
    ) -> Answer {
        let body = serde_json::to_vec(complete).expect("plain data");
        self.post(phone, &format!("/v1/activations/{id}/complete"), body)
            .await
    }

    /// `POST /v1/activations/{id}/resend`, signed by `phone`.
    pub async fn resend(&self, phone: &Phone, id: ActivationId) -> Answer {
        self.post(phone, &format!("/v1/activations/{id}/resend"), Vec::new())
            .await
    }

    /// A signed `POST` of these bytes.
    pub async fn post(&self, phone: &Phone, path: &str, body: Vec<u8>) -> Answer {
        let signed = phone.sign("POST", path, &Sha256Hash::of(&body));
        self.send(Method::POST, path, Some(&signed), body)
            .await
            .expect("the server answers")
    }

    /// `PUT /v1/blobs/{sha256}` with the true hash of the bytes.
    pub async fn put_blob(&self, phone: &Phone, bytes: &[u8]) -> Answer {
        self.try_put_blob(phone, bytes)
            .await
            .expect("the server answers")
    }

    /// The same, if the server may be unreachable.
    pub async fn try_put_blob(
        &self,
        phone: &Phone,
        bytes: &[u8],
    ) -> Result<Answer, reqwest::Error> {
        let name = Sha256Hash::of(bytes);
        let path = format!("/v1/blobs/{name}");
        let signed = phone.sign("PUT", &path, &name);
        self.send(Method::PUT, &path, Some(&signed), bytes.to_vec())
            .await
    }

    /// `PUT /v1/apoyos/{id}` with this body, signed by `phone`.
    pub async fn put_apoyo(&self, phone: &Phone, id: ApoyoId, body: &[u8]) -> Answer {
        self.try_put_apoyo(phone, id, body)
            .await
            .expect("the server answers")
    }

    /// The same, if the server may be unreachable.
    pub async fn try_put_apoyo(
        &self,
        phone: &Phone,
        id: ApoyoId,
        body: &[u8],
    ) -> Result<Answer, reqwest::Error> {
        let path = format!("/v1/apoyos/{id}");
        let signed = phone.sign("PUT", &path, &Sha256Hash::of(body));
        self.send(Method::PUT, &path, Some(&signed), body.to_vec())
            .await
    }

    /// A signed `GET`.
    pub async fn get_signed(&self, phone: &Phone, path: &str) -> Answer {
        self.try_get_signed(phone, path)
            .await
            .expect("the server answers")
    }

    /// The same, if the server may be unreachable.
    pub async fn try_get_signed(
        &self,
        phone: &Phone,
        path: &str,
    ) -> Result<Answer, reqwest::Error> {
        let signed = phone.sign("GET", path, &Sha256Hash::of(b""));
        self.send(Method::GET, path, Some(&signed), Vec::new())
            .await
    }

    /// `GET /v1/campaigns/{id}/tally`.
    pub async fn tally(&self, campaign: &CampaignId) -> Answer {
        self.get(&format!("/v1/campaigns/{campaign}/tally")).await
    }
}
