//! A phone of the stories, which signs its requests.

use crate::{
    given::{Apoyo, picture, process_of},
    world::{Answer, NOTICE, World},
};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use protocol::{
    activation::{BeginActivation, CompleteActivation, Language},
    apoyos::{Manifest, Part, PartName},
    attestation::Attestation,
    devices::{DevicePublicKey, KEY_HEADER, SIGNATURE_HEADER, request_bytes},
    ids::{ActivationId, ApoyoId, Sha256Hash},
    receipt::ReceiptPublicKey,
    seal::SealedPart,
    sensitive::Sensitive,
};

pub struct Phone {
    pub activation: ActivationId,
    pub device: String,
    pub receipt_key: Option<ReceiptPublicKey>,
    key: EcdsaKeyPair,
}

impl Phone {
    pub fn new() -> Self {
        let random = random();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let mut id = [0; 16];
        aws_lc_rs::rand::fill(&mut id).unwrap();
        Self {
            activation: ActivationId::from_bytes(id),
            device: String::new(),
            receipt_key: None,
            key: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref()).unwrap(),
        }
    }

    /// Another activation of the same phone, with the same key.
    pub fn with_key_of(other: &Self) -> Self {
        Self {
            key: EcdsaKeyPair::from_pkcs8(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                other.key.to_pkcs8v1().unwrap().as_ref(),
            )
            .unwrap(),
            ..Self::new()
        }
    }

    pub fn public_key(&self) -> DevicePublicKey {
        DevicePublicKey::from_point(self.key.public_key().as_ref()).unwrap()
    }

    pub fn signature(&self, method: &Method, path: &str, hash: &Sha256Hash) -> String {
        let message = request_bytes(method.as_str(), path, hash);
        URL_SAFE_NO_PAD.encode(self.key.sign(&random(), &message).unwrap())
    }

    /// A request signed in the name of `key`.
    pub fn request(&self, key: &str, method: Method, path: &str, body: Vec<u8>) -> Request<Body> {
        let signature = self.signature(&method, path, &Sha256Hash::of(&body));
        Request::builder()
            .method(method)
            .uri(path)
            .header(KEY_HEADER, key)
            .header(SIGNATURE_HEADER, signature)
            .header(header::CONTENT_LENGTH, body.len())
            .body(Body::from(body))
            .unwrap()
    }

    pub async fn ask(&self, world: &World, method: Method, path: &str, body: Vec<u8>) -> Answer {
        world
            .send(self.request(&self.device, method, path, body))
            .await
    }

    /// The request that begins an activation, with its proof of work.
    pub fn beginning(&self, world: &World, email: &str) -> BeginActivation {
        BeginActivation {
            work: Some(world.work_for(self.activation)),
            ..self.beginning_without_work(email)
        }
    }

    /// The same without a proof of work.
    pub fn beginning_without_work(&self, email: &str) -> BeginActivation {
        BeginActivation {
            activation: self.activation,
            email: Sensitive::new(email.to_owned()),
            device_key: self.public_key(),
            front: Sha256Hash::of(b"front"),
            notice_version: NOTICE.to_owned(),
            language: Language::EsMx,
            attestation: Attestation::Software,
            work: None,
            signin: None,
        }
    }

    pub async fn begin(&self, world: &World, email: &str) -> Answer {
        let body = serde_json::to_vec(&self.beginning(world, email)).unwrap();
        world
            .send(self.request("new", Method::POST, "/v1/activations", body))
            .await
    }

    pub async fn resend(&self, world: &World) -> Answer {
        let path = format!("/v1/activations/{}/resend", self.activation);
        let key = self.activation.to_string();
        world
            .send(self.request(&key, Method::POST, &path, Vec::new()))
            .await
    }

    pub async fn complete(&self, world: &World, code: &str) -> Answer {
        self.try_code(
            world,
            self.activation,
            &self.activation.to_string(),
            code,
            b"first",
        )
        .await
    }

    pub async fn try_code(
        &self,
        world: &World,
        activation: ActivationId,
        key: &str,
        code: &str,
        attempt: &[u8],
    ) -> Answer {
        let path = format!("/v1/activations/{activation}/complete");
        let body = match code.parse() {
            Ok(code) => serde_json::to_vec(&CompleteActivation {
                code,
                attempt: Sha256Hash::of(attempt),
            })
            .unwrap(),
            Err(_) => serde_json::to_vec(&serde_json::json!({
                "code": code, "attempt": Sha256Hash::of(attempt)
            }))
            .unwrap(),
        };
        world
            .send(self.request(key, Method::POST, &path, body))
            .await
    }

    pub async fn put_blob(&self, world: &World, bytes: &[u8]) -> Answer {
        let path = format!("/v1/blobs/{}", Sha256Hash::of(bytes));
        self.ask(world, Method::PUT, &path, bytes.to_vec()).await
    }

    /// Seals and uploads four pictures and returns an apoyo that names them. This phone's clock is
    /// thirty years slow.
    pub async fn prepare(&self, world: &World, campaign: &str, back: &[u8], qr: &str) -> Apoyo {
        let mut id = [0; 16];
        aws_lc_rs::rand::fill(&mut id).unwrap();
        let mut parts = Vec::new();
        for name in PartName::ALL {
            let bytes = match name {
                PartName::Back => back.to_vec(),
                _ => picture(640, 480, &[&id[..], &[name as u8]].concat()),
            };
            let part = SealedPart::Picture(name);
            let bytes = world.sealed(campaign, ApoyoId::from_bytes(id), part, &bytes);
            let answer = self.put_blob(world, &bytes).await;
            assert!(answer.status.is_success(), "{}", answer.text());
            parts.push(Part {
                name,
                sha256: Sha256Hash::of(&bytes),
                bytes: bytes.len() as u64,
            });
        }
        let fields = serde_json::json!({
            "captured_at": world.core.now() - TimeDelta::days(30 * 365),
            "notice_version": NOTICE, "language": Language::EsMx,
            "signature_kind": "drawn", "findings": [], "model": "G", "qr": qr,
        });
        let payload = world.sealed(
            campaign,
            ApoyoId::from_bytes(id),
            SealedPart::Fields,
            &serde_json::to_vec(&fields).unwrap(),
        );
        Apoyo {
            manifest: Manifest {
                apoyo: ApoyoId::from_bytes(id),
                process: process_of(campaign).parse().unwrap(),
                campaign: campaign.parse().unwrap(),
                device: self.device.parse().unwrap(),
                parts,
                payload: Sha256Hash::of(&payload),
                app: "0.1.0".to_owned(),
            },
            payload,
        }
    }

    pub async fn give(&self, world: &World, apoyo: &Apoyo) -> Answer {
        self.ask(world, Method::PUT, &apoyo.path(), apoyo.body())
            .await
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "signatures of tests need not repeat"
)]
fn random() -> SystemRandom {
    SystemRandom::new()
}
