//! A phone of these histories, with its state and its receipts.

use crate::{
    base::{CAMPAIGNS, citizen},
    chance::{Chance, Dice},
};
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use protocol::{
    activation::{BeginActivation, Language},
    apoyos::{Manifest, Part, PartName, Payload, SignatureKind, Submission},
    attestation::Attestation,
    devices::{DevicePublicKey, request_bytes},
    environment::Timestamp,
    ids::{ActivationId, ApoyoId, CampaignId, DeviceId, Sha256Hash},
    receipt::ReceiptPublicKey,
    seal::{Binding, SealedPart, announced::SealingKeys, seal_bytes},
    sensitive::Sensitive,
};
use server_core::asking::Proof;

const NOTICE: &str = "0123456789abcdef";

/// The state of an activated phone.
#[derive(Clone)]
pub struct Active {
    pub(crate) device: DeviceId,
    pub(crate) receipt_key: ReceiptPublicKey,
    sealing: SealingKeys,
}

/// The stage of its activation.
#[derive(Clone)]
pub enum Stage {
    /// It may have asked for a code, but has no answer.
    New,
    /// It has the answer that a code is on its way.
    Asked,
    /// It is activated.
    Active(Active),
}

/// A promise to the phone.
#[derive(Clone)]
pub struct Promise {
    pub(crate) receipt: Bytes,
    pub(crate) sequence: u64,
}

/// An apoyo on the phone.
#[derive(Clone)]
pub struct Outgoing {
    pub(crate) id: ApoyoId,
    pub(crate) campaign: CampaignId,
    pub(crate) citizen: u64,
    pub(crate) parts: [Bytes; 4],
    pub(crate) body: Bytes,
    pub(crate) uploaded: [bool; 4],
    /// The highest number in any receipt when this apoyo was first sent.
    pub(crate) sent_after: Option<u64>,
    pub(crate) promise: Option<Promise>,
}

/// A phone.
pub struct Phone {
    key: EcdsaKeyPair,
    pub(crate) number: usize,
    pub(crate) activation: ActivationId,
    pub(crate) stage: Stage,
    pub(crate) apoyos: Vec<Outgoing>,
    /// Codes that it has tried.
    pub(crate) tries: u32,
    /// Whether expired rows were deleted since the answer that a code is on its way.
    pub(crate) swept: bool,
}

impl Phone {
    pub fn new(number: usize, dice: &Dice) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        Self {
            key: key.expect("the operating system gives random bytes"),
            number,
            activation: ActivationId::random(dice),
            stage: Stage::New,
            apoyos: Vec::new(),
            tries: 0,
            swept: false,
        }
    }

    /// Its mailbox.
    pub fn email(&self) -> String {
        format!("telefono{}@ejemplo.mx", self.number)
    }

    /// A signature over this request, in this name.
    #[expect(
        clippy::disallowed_methods,
        reason = "the signing call wants a generator; the bytes of a signature decide nothing"
    )]
    pub fn proof(&self, name: impl ToString, method: &str, path: &str, body: Sha256Hash) -> Proof {
        let message = request_bytes(method, path, &body);
        let signature = self.key.sign(&SystemRandom::new(), &message);
        Proof {
            name: name.to_string(),
            signature: signature.expect("a fresh key signs").as_ref().to_vec(),
            message,
            body,
        }
    }

    pub fn beginning(&self) -> BeginActivation {
        BeginActivation {
            activation: self.activation,
            email: Sensitive::new(self.email()),
            device_key: DevicePublicKey::from_point(self.key.public_key().as_ref())
                .expect("a P-256 public key is an uncompressed point"),
            front: Sha256Hash::of(b"front"),
            notice_version: NOTICE.to_owned(),
            language: Language::EsMx,
            attestation: Attestation::Software,
            work: None,
            signin: None,
        }
    }

    /// Activates it.
    pub fn becomes(&mut self, device: DeviceId, key: ReceiptPublicKey, sealing: SealingKeys) {
        self.stage = Stage::Active(Active {
            device,
            receipt_key: key,
            sealing,
        });
    }

    pub fn active(&self) -> Option<&Active> {
        match &self.stage {
            Stage::Active(active) => Some(active),
            _ => None,
        }
    }

    /// A person gives an apoyo on this phone: it is sealed once and stored.
    pub fn give(&mut self, now: Timestamp, chance: &mut Chance, dice: &Dice) -> Option<ApoyoId> {
        let active = self.active()?.clone();
        let (campaign, process) = CAMPAIGNS[chance.below(CAMPAIGNS.len() as u64) as usize];
        let who = chance.below(crate::base::CITIZENS);
        let person = citizen(who);
        let qr = person.qr().as_str().to_owned();
        let id = ApoyoId::random(dice);
        let process = process.parse().expect("a slug");
        let sealed = |part: SealedPart, plain: &[u8]| -> Bytes {
            let binding = Binding {
                process: &process,
                apoyo: id,
                part,
            };
            let key = active.sealing.key(part.purpose());
            let sealed = seal_bytes(key, &binding, plain, dice);
            sealed.expect("the server's keys seal").into()
        };
        let parts = PartName::ALL.map(|name| {
            // As long as some of the writes go past the cache, and some do not.
            let filler = "M".repeat(512 << chance.below(5));
            let plain = format!("{name:?}|{qr}|{id}|{filler}");
            sealed(SealedPart::Picture(name), plain.as_bytes())
        });
        let fields = Payload {
            captured_at: now,
            notice_version: NOTICE.to_owned(),
            language: Language::EsMx,
            signature_kind: SignatureKind::Drawn,
            findings: Vec::new(),
            model: person.model,
            qr: Sensitive::new(qr.clone()),
            mrz: None,
            curp: None,
            clave_elector: None,
            name: None,
        };
        let fields = serde_json::to_vec(&fields).expect("plain data");
        let payload = sealed(SealedPart::Fields, &fields);
        let campaign: CampaignId = campaign.parse().expect("a slug");
        let named = PartName::ALL.into_iter().zip(&parts);
        let submission = Submission {
            manifest: Manifest {
                apoyo: id,
                process: process.clone(),
                campaign: campaign.clone(),
                device: active.device,
                parts: named
                    .map(|(name, bytes)| Part {
                        name,
                        sha256: Sha256Hash::of(bytes),
                        bytes: bytes.len() as u64,
                    })
                    .collect(),
                payload: Sha256Hash::of(&payload),
                app: "simulation".to_owned(),
            },
            payload: URL_SAFE_NO_PAD.encode(&payload),
        };
        self.apoyos.push(Outgoing {
            id,
            campaign,
            citizen: who,
            body: serde_json::to_vec(&submission).expect("plain data").into(),
            parts,
            uploaded: [false; 4],
            sent_after: None,
            promise: None,
        });
        Some(id)
    }
}
