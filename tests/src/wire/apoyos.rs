//! An apoyo made by hand.

use super::phone::{NOTICE, Phone};
use crate::{campaigns::process_of, people::Pictures};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use credential::Model;
use protocol::{
    activation::Language,
    apoyos::{Manifest, Part, PartName, Payload, SignatureKind, Submission},
    environment::{Clock, Entropy, SystemClock, SystemEntropy, Timestamp},
    ids::{ApoyoId, CampaignId, Sha256Hash},
    seal::{Binding, SealedPart, seal_bytes},
    sensitive::Sensitive,
};
use std::sync::atomic::{AtomicU64, Ordering};

/// An apoyo before it is sealed and sent. Every field may be made wrong.
#[derive(Clone)]
pub struct Draft {
    /// Its id.
    pub id: ApoyoId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// The four pictures in the order of [`PartName::ALL`], not sealed.
    pub parts: [Bytes; 4],
    /// The fields and the consent, not sealed.
    pub payload: Payload,
}

impl Draft {
    /// The apoyo of an honest phone with these pictures.
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
                captured_at: SystemClock.now(),
                notice_version: NOTICE.to_owned(),
                language: Language::EsMx,
                signature_kind: SignatureKind::Drawn,
                findings: Vec::new(),
                model,
                qr: Sensitive::new(pictures.qr.clone()),
                mrz: None,
                curp: None,
                clave_elector: None,
                name: None,
            },
        }
    }

    /// The same apoyo, captured at another moment.
    pub fn captured_at(mut self, moment: Timestamp) -> Self {
        self.payload.captured_at = moment;
        self
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

    /// A part, sealed: the same bytes each time, because a phone seals a part once and stores it.
    pub fn sealed(&self, phone: &Phone, part: SealedPart, plain: &[u8]) -> Bytes {
        let binding = Binding {
            process: &process_of(&self.campaign),
            apoyo: self.id,
            part,
        };
        let key = phone.sealing().key(part.purpose());
        let draws = Repeated::of(&[
            self.id.as_bytes(),
            self.campaign.as_str().as_bytes(),
            part.as_str().as_bytes(),
            plain,
            key.as_bytes(),
        ]);
        seal_bytes(key, &binding, plain, &draws)
            .expect("the server's keys seal")
            .into()
    }

    /// One of its pictures, sealed.
    pub fn sealed_part(&self, phone: &Phone, name: PartName) -> Bytes {
        self.sealed(phone, SealedPart::Picture(name), self.part(name))
    }

    /// Its pictures, sealed, in the order of [`PartName::ALL`].
    pub fn sealed_parts(&self, phone: &Phone) -> [Bytes; 4] {
        PartName::ALL.map(|name| self.sealed_part(phone, name))
    }

    /// The body of `PUT /v1/apoyos/{id}`, before it becomes bytes.
    pub fn submission(&self, phone: &Phone) -> Submission {
        let fields = serde_json::to_vec(&self.payload).expect("plain data");
        let payload = self.sealed(phone, SealedPart::Fields, &fields);
        let parts = PartName::ALL.into_iter().zip(self.sealed_parts(phone));
        Submission {
            manifest: Manifest {
                apoyo: self.id,
                process: process_of(&self.campaign),
                campaign: self.campaign.clone(),
                device: phone.device(),
                parts: parts
                    .map(|(name, bytes)| Part {
                        name,
                        sha256: Sha256Hash::of(&bytes),
                        bytes: bytes.len() as u64,
                    })
                    .collect(),
                payload: Sha256Hash::of(&payload),
                app: "e2e".to_owned(),
            },
            payload: URL_SAFE_NO_PAD.encode(payload),
        }
    }

    /// The body as bytes.
    pub fn body(&self, phone: &Phone) -> Vec<u8> {
        serde_json::to_vec(&self.submission(phone)).expect("plain data")
    }
}

/// Random bytes that depend only on the sealed content. Only for stories, because a reader of the
/// plaintext could repeat them.
struct Repeated {
    seed: Sha256Hash,
    drawn: AtomicU64,
}

impl Repeated {
    fn of(fields: &[&[u8]]) -> Self {
        let hashes = fields.iter().map(|field| *Sha256Hash::of(field).as_bytes());
        Self {
            seed: Sha256Hash::of(&hashes.collect::<Vec<_>>().concat()),
            drawn: AtomicU64::new(0),
        }
    }
}

impl Entropy for Repeated {
    fn fill(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(32) {
            let number = self.drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let draw = Sha256Hash::of(&[&self.seed.as_bytes()[..], &number].concat());
            piece.copy_from_slice(&draw.as_bytes()[..piece.len()]);
        }
    }
}
