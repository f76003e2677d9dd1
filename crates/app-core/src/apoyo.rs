//! Consent and sending: the draft becomes an entry of the queue, in one transaction.

use crate::{
    app::App,
    card,
    draft::step,
    queue::entry::{Entry, EntryState, Outgoing, OutgoingPart},
    store::{
        draft::{self as stored, Draft},
        entries, parts,
        phone::Active,
    },
    views::{AppState, DraftStep},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use credential::reading::FindingCode;
use protocol::{
    apoyo::{Manifest, Part, Submission},
    code::{Code, Problem},
    ids::{ApoyoId, Sha256Hash},
    sensitive::Sensitive,
};
use std::collections::BTreeSet;

impl App {
    /// [`crate::Door::Send`]. The apoyo's id is chosen here, once. When this answers, the
    /// entry is durable and the draft is gone; before that the draft is whole and nothing has
    /// been sent.
    pub(crate) async fn send(
        &self,
        consent: bool,
        notice_version: &str,
    ) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        let draft = self.draft().await?;
        if step(&draft) != DraftStep::Summary {
            return Err(Code::StepOutOfOrder.into());
        }
        if !consent {
            return Err(Code::ConsentMissing.into());
        }
        if notice_version != crate::notice::version() {
            return Err(Code::NoticeOutdated.into());
        }
        let active = self.active().await?;
        self.check_key().await?;
        // The check may just have ended the activation.
        self.active().await.map_err(|_| Code::DeviceKeyLost)?;

        let apoyo = ApoyoId::random(self.ports.entropy.as_ref());
        let submission = self.submission(apoyo, &draft, &active).await?;
        let outgoing = self.signed_outgoing(apoyo, &submission).await?;
        let entry = Entry {
            apoyo,
            campaign: draft.campaign.id,
            title: draft.campaign.title,
            requester: draft.campaign.requester,
            queued_at_ms: self.now_ms(),
            state: EntryState::Waiting {
                tries: 0,
                next_try_at_ms: self.now_ms(),
                problem: None,
            },
        };
        self.store
            .write(move |t| {
                entries::insert(t, &entry, &outgoing)?;
                // The pictures now belong to the entry: only what nothing names is swept.
                stored::discard(t)
            })
            .await?;
        self.wake.notify_one();
        self.state().await
    }

    async fn submission(
        &self,
        apoyo: ApoyoId,
        draft: &Draft,
        active: &Active,
    ) -> Result<Submission, Problem> {
        let phone = self.phone().await?;
        let payload =
            serde_json::to_vec(&card::payload(draft)?).map_err(|_| Code::PhoneStorageFault)?;
        let named = draft.parts.clone();
        let parts = self
            .store
            .read(move |c| {
                named
                    .into_iter()
                    .map(|(name, picture)| {
                        Ok(Part {
                            name,
                            sha256: picture.sha256,
                            bytes: parts::length(c, picture.sha256)?,
                        })
                    })
                    .collect::<Result<Vec<_>, _>>()
            })
            .await?;
        let read = card::read(draft, &phone, self.today());
        let of_pictures = draft.parts.iter().flat_map(|(_, p)| &p.findings);
        let findings: BTreeSet<FindingCode> =
            read.findings.iter().chain(of_pictures).copied().collect();
        Ok(Submission {
            manifest: Manifest {
                apoyo,
                campaign: draft.campaign.id.clone(),
                device: active.device,
                captured_at: self.ports.clock.now(),
                notice_version: crate::notice::version().to_owned(),
                parts,
                payload: Sha256Hash::of(&payload),
                signature_kind: draft.signature_kind.ok_or(Code::StepOutOfOrder)?,
                findings: findings.into_iter().collect(),
                language: phone.language,
                app: self.config.app_version.clone(),
            },
            payload: Sensitive::new(URL_SAFE_NO_PAD.encode(payload)),
        })
    }

    /// The submission as it is sent, with the device's signature.
    pub(crate) async fn signed_outgoing(
        &self,
        apoyo: ApoyoId,
        submission: &Submission,
    ) -> Result<Outgoing, Problem> {
        let body =
            Bytes::from(serde_json::to_vec(submission).map_err(|_| Code::PhoneStorageFault)?);
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
}
