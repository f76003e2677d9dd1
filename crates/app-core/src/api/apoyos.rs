//! Parts and apoyos.

use super::{Api, Signer, success};
use crate::{code::Problem, entry::Outgoing, ports::Method};
use bytes::Bytes;
use protocol::{
    apoyos::ApoyoState,
    ids::{ApoyoId, DeviceId, Sha256Hash},
};

impl Api {
    /// `HEAD /v1/blobs/{sha256}`: whether the server has it. Any answer except success counts as
    /// no. A `HEAD` answer has no body, so the reason comes with the upload that follows.
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
        sealed: Bytes,
    ) -> Result<(), Problem> {
        let path = format!("/v1/blobs/{blob}");
        let response = self
            .signed(Method::Put, &path, Signer::Device(device), blob, sealed)
            .await?;
        success(response).map(|_| ())
    }

    /// The device's signature of `PUT /v1/blobs/{sha256}`, for an exported file.
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

    /// `PUT /v1/apoyos/{id}` with the signature that was made at the consent. Returns the signed
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
}

fn apoyo_path(apoyo: ApoyoId) -> String {
    format!("/v1/apoyos/{apoyo}")
}
