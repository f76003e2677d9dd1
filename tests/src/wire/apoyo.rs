//! An apoyo put together by hand.

use super::phone::{NOTICE, Phone};
use crate::people::Pictures;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use credential::Model;
use protocol::{
    activation::Language,
    apoyo::{Manifest, Part, PartName, Payload, SignatureKind, Submission},
    environment::{Clock, SystemClock, SystemEntropy, Timestamp},
    ids::{ApoyoId, CampaignId, Sha256Hash},
    sensitive::Sensitive,
};

/// An apoyo before it is sent: every field may be made wrong.
#[derive(Clone)]
pub struct Draft {
    /// Chosen once.
    pub id: ApoyoId,
    /// For whom.
    pub campaign: CampaignId,
    /// The four pictures in the order of [`PartName::ALL`].
    pub parts: [Bytes; 4],
    /// What was read.
    pub payload: Payload,
    /// The phone's idea of when.
    pub captured_at: Timestamp,
}

impl Draft {
    /// What an honest phone makes of these pictures.
    pub fn new(campaign: &CampaignId, model: Model, pictures: &Pictures) -> Self {
        Self {
            id: ApoyoId::random(&SystemEntropy),
            campaign: campaign.clone(),
            parts: [
                pictures.front.clone(),
                pictures.back.clone(),
                pictures.selfie.clone(),
                pictures.signature.clone(),
            ],
            payload: Payload {
                model,
                qr: Sensitive::new(pictures.qr.clone()),
                mrz: None,
                curp: None,
                clave_elector: None,
                name: None,
            },
            captured_at: SystemClock.now(),
        }
    }

    /// The same apoyo with another QR text.
    pub fn with_qr(mut self, text: &str) -> Self {
        self.payload.qr = Sensitive::new(text.to_owned());
        self
    }

    /// The same apoyo with another picture.
    pub fn with_part(mut self, name: PartName, bytes: impl Into<Bytes>) -> Self {
        let place = PartName::ALL.iter().position(|n| *n == name);
        self.parts[place.expect("every part has its place")] = bytes.into();
        self
    }

    /// One of its pictures.
    pub fn part(&self, name: PartName) -> &Bytes {
        let place = PartName::ALL.iter().position(|n| *n == name);
        &self.parts[place.expect("every part has its place")]
    }

    /// The body of `PUT /v1/apoyos/{id}`, before it becomes bytes.
    pub fn submission(&self, phone: &Phone) -> Submission {
        let payload = serde_json::to_vec(&self.payload).expect("plain data");
        let parts = PartName::ALL.into_iter().zip(&self.parts);
        Submission {
            manifest: Manifest {
                apoyo: self.id,
                campaign: self.campaign.clone(),
                device: phone.device(),
                captured_at: self.captured_at,
                notice_version: NOTICE.to_owned(),
                parts: parts
                    .map(|(name, bytes)| Part {
                        name,
                        sha256: Sha256Hash::of(bytes),
                        bytes: bytes.len() as u64,
                    })
                    .collect(),
                payload: Sha256Hash::of(&payload),
                signature_kind: SignatureKind::Drawn,
                findings: Vec::new(),
                language: Language::EsMx,
                app: "e2e".to_owned(),
            },
            payload: Sensitive::new(URL_SAFE_NO_PAD.encode(payload)),
        }
    }

    /// The body as bytes.
    pub fn body(&self, phone: &Phone) -> Vec<u8> {
        serde_json::to_vec(&self.submission(phone)).expect("plain data")
    }
}
