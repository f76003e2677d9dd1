//! Challenges, activations, and the end of an activated phone.

use super::{Api, Signer, json, parse, success};
use crate::{
    code::Problem,
    ports::{Method, Request},
};
use bytes::Bytes;
use protocol::{
    activation::{
        ActivationBegun, ActivationCompleted, ActivationState, BeginActivation, CompleteActivation,
    },
    attestation::{AskChallenge, ChallengeGiven},
    ids::{ActivationId, DeviceId, Sha256Hash},
};

impl Api {
    /// `POST /v1/challenges`, unsigned: the key is made with the challenge in the answer.
    pub async fn ask_challenge(&self, activation: ActivationId) -> Result<ChallengeGiven, Problem> {
        let request = Request {
            method: Method::Post,
            url: format!("{}/v1/challenges", self.server),
            headers: vec![("content-type", "application/json".to_owned())],
            body: json(&AskChallenge { activation })?,
        };
        parse(&success(self.send(request).await?)?.body)
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

    /// `GET /v1/activations/{id}`: the fate of its mail.
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
    /// `DELETE /v1/devices/{id}`: the server refuses further requests of this phone.
    pub async fn forget_device(&self, device: DeviceId) -> Result<(), Problem> {
        let path = format!("/v1/devices/{device}");
        let (signer, nothing) = (Signer::Device(device), Sha256Hash::of(&[]));
        let response = self
            .signed(Method::Delete, &path, signer, nothing, Bytes::new())
            .await?;
        success(response).map(|_| ())
    }
}
