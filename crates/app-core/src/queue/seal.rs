//! Seals an apoyo to the server's keys, at the citizen's consent.

use crate::{
    app::App,
    code::{PhoneCode, Problem},
    entry::{Outgoing, OutgoingPart},
    store::{
        entries::{self, SealedPicture},
        phone::{Activation, Active},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use protocol::{
    apoyos::{Manifest, Part, PartName, Payload, Submission},
    environment::Entropy,
    ids::{ApoyoId, CampaignId, ProcessId, Sha256Hash},
    seal::{
        Binding, SealError, SealedPart, SealingPurpose,
        announced::{SealingKeys, SignedSealingKeys},
        seal_bytes,
    },
};
use zeroize::Zeroizing;

/// The binding of all parts of one apoyo, and the keys that they are sealed to.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub apoyo: ApoyoId,
    pub process: ProcessId,
    pub campaign: CampaignId,
    pub keys: SealingKeys,
}

impl Envelope {
    fn seal(
        &self,
        part: SealedPart,
        plain: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, SealError> {
        let binding = Binding {
            process: &self.process,
            apoyo: self.apoyo,
            part,
        };
        seal_bytes(self.keys.key(part.purpose()), &binding, plain, entropy)
    }

    /// Seals one picture to the review key.
    pub fn picture(
        &self,
        name: PartName,
        jpeg: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<SealedPicture, SealError> {
        debug_assert_eq!(SealedPart::Picture(name).purpose(), SealingPurpose::Review);
        let sealed = self.seal(SealedPart::Picture(name), jpeg, entropy)?;
        Ok(SealedPicture {
            name,
            sha256: Sha256Hash::of(&sealed),
            sealed: sealed.into(),
        })
    }

    /// Seals the fields to the intake key, and makes the manifest.
    pub fn submission(
        self,
        active: &Active,
        payload: &Payload,
        pictures: &[SealedPicture],
        app: &str,
        entropy: &dyn Entropy,
    ) -> Result<Submission, Problem> {
        let plain = serde_json::to_vec(payload)
            .map(Zeroizing::new)
            .map_err(|_| PhoneCode::PhoneStorageFault)?;
        let sealed = self.seal(SealedPart::Fields, &plain, entropy)?;
        let parts = pictures
            .iter()
            .map(|picture| Part {
                name: picture.name,
                sha256: picture.sha256,
                bytes: picture.sealed.len() as u64,
            })
            .collect();
        Ok(Submission {
            manifest: Manifest {
                apoyo: self.apoyo,
                process: self.process,
                campaign: self.campaign,
                device: active.device,
                parts,
                payload: Sha256Hash::of(&sealed),
                app: app.to_owned(),
            },
            payload: URL_SAFE_NO_PAD.encode(sealed),
        })
    }
}

impl App {
    /// The keys in force, verified with the key pinned at activation. A phone that was activated
    /// before sealing existed learns them with the list of campaigns.
    pub(crate) async fn sealing_keys(&self) -> Result<SealingKeys, Problem> {
        let mut active = self.active().await?;
        if active.sealing.is_none() {
            self.forget_asked_campaigns();
            let asked = self.campaigns("").await?;
            active = self.active().await?;
            if active.sealing.is_none() {
                let unsaid = PhoneCode::SealingKeysInvalid.into();
                return Err(asked.problem.unwrap_or(unsaid));
            }
        }
        let signed = active.sealing.ok_or(PhoneCode::SealingKeysInvalid)?;
        Ok(signed.verify(&active.receipt_key)?.clone())
    }

    /// Takes over the server's keys if the pinned key signed them and they are newer than the
    /// known ones.
    pub(crate) async fn learn_sealing_keys(
        &self,
        said: Option<&SignedSealingKeys>,
    ) -> Result<(), Problem> {
        let Some(said) = said.cloned() else {
            return Ok(());
        };
        self.change_phone(move |phone| {
            let Activation::Active(active) = &mut phone.activation else {
                return;
            };
            let newer = active
                .sealing
                .as_ref()
                .is_none_or(|known| known.is_followed_by(&said));
            if newer && said.verify(&active.receipt_key).is_ok() {
                active.sealing = Some(said);
            }
        })
        .await
    }

    /// The submission as bytes, with the device's signature.
    pub(crate) async fn signed_outgoing(
        &self,
        apoyo: ApoyoId,
        submission: &Submission,
    ) -> Result<Outgoing, Problem> {
        let body =
            Bytes::from(serde_json::to_vec(submission).map_err(|_| PhoneCode::PhoneStorageFault)?);
        let content = Sha256Hash::of(&body);
        Ok(Outgoing {
            device: submission.manifest.device,
            signature: self.api.sign_apoyo(apoyo, content).await?,
            body,
            content,
            parts: submission
                .manifest
                .parts
                .iter()
                .map(|part| OutgoingPart {
                    name: part.name,
                    sha256: part.sha256,
                    uploaded: false,
                })
                .collect(),
        })
    }

    /// Seals an entry that the first version queued unsealed, and overwrites the unsealed bytes.
    pub(super) async fn seal_left_open(
        &self,
        active: &Active,
        campaign: &CampaignId,
        apoyo: ApoyoId,
    ) -> Result<(), Problem> {
        let envelope = Envelope {
            apoyo,
            process: self.campaign(campaign).await?.process,
            campaign: campaign.clone(),
            keys: self.sealing_keys().await?,
        };
        let Some(open) = self
            .store
            .read(move |rows| entries::left_open(rows, apoyo))
            .await?
        else {
            return Ok(());
        };
        let entropy = self.ports.entropy.as_ref();
        let pictures = open
            .pictures
            .iter()
            .map(|(name, jpeg)| envelope.picture(*name, jpeg, entropy))
            .collect::<Result<Vec<_>, _>>()?;
        let (payload, app) = first_form(&open.body).ok_or(PhoneCode::PhoneStorageFault)?;
        let submission = envelope.submission(active, &payload, &pictures, &app, entropy)?;
        let outgoing = self.signed_outgoing(apoyo, &submission).await?;
        self.store
            .write(move |rows| entries::seal(rows, apoyo, &outgoing, &pictures))
            .await?;
        self.store.shrink().await?;
        Ok(())
    }
}

/// The fields in a body of the first version, which had some of them in the manifest, and the
/// app's version in it.
fn first_form(body: &[u8]) -> Option<(Payload, String)> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    let payload = URL_SAFE_NO_PAD.decode(body["payload"].as_str()?).ok()?;
    let mut fields: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    let manifest = &body["manifest"];
    for name in [
        "captured_at",
        "notice_version",
        "language",
        "signature_kind",
        "findings",
    ] {
        fields[name] = manifest[name].clone();
    }
    let app = manifest["app"].as_str()?.to_owned();
    Some((serde_json::from_value(fields).ok()?, app))
}
