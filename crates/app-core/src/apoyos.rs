//! Consent and sending: the draft becomes a sealed entry of the queue, in one transaction.

use crate::{
    app::App,
    card,
    code::{PhoneCode, Problem},
    draft::step,
    entry::About,
    queue::seal::Envelope,
    steps,
    store::{
        StoreFault,
        draft::{self as stored, Draft},
        entries::{self, SealedPicture},
        pictures,
    },
    views::{AppState, DraftStep},
};
use credential::reading::FindingCode;
use protocol::{apoyos::Payload, code::Code, ids::ApoyoId};
use std::collections::BTreeSet;

impl App {
    /// [`crate::Door::Send`]. The apoyo's id is chosen here, once. When it answers, the entry is
    /// durable and the draft is gone. Until then the draft is complete and nothing has been sent.
    pub(crate) async fn send(
        &self,
        consent: bool,
        notice_version: &str,
    ) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        let draft = self.draft().await?;
        if step(&draft) != DraftStep::Summary {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        if !consent {
            return Err(PhoneCode::ConsentMissing.into());
        }
        if notice_version != crate::notice::version() {
            return Err(Code::NoticeOutdated.into());
        }
        let active = self.active().await?;
        self.check_key().await?;
        // The check may have ended the activation.
        self.active().await.map_err(|_| PhoneCode::DeviceKeyLost)?;

        let apoyo = ApoyoId::random(self.ports.entropy.as_ref());
        steps::at("seal.begun");
        let envelope = Envelope {
            apoyo,
            process: draft.campaign.process.clone(),
            campaign: draft.campaign.id.clone(),
            keys: self.sealing_keys().await?,
        };
        let pictures = self.sealed_pictures(&draft, &envelope).await?;
        let submission = envelope.submission(
            &active,
            &self.payload(&draft).await?,
            &pictures,
            &self.config.app_version,
            self.ports.entropy.as_ref(),
        )?;
        let outgoing = self.signed_outgoing(apoyo, &submission).await?;
        steps::at("seal.signed");
        let (campaign, now_ms) = (draft.campaign.id, self.now_ms());
        let closes_ms = draft.campaign.closes_at.timestamp_millis();
        let about = About {
            title: draft.campaign.title,
            requester: draft.campaign.requester,
        };
        self.store
            .write(move |rows| {
                let sent = (&outgoing, &pictures[..]);
                entries::insert(rows, apoyo, &campaign, &about, now_ms, closes_ms, sent)?;
                // The draft is deleted in the transaction that stores the sealed entry: a crash
                // leaves either of them, never both.
                stored::discard(rows)
            })
            .await?;
        steps::at("seal.durable");
        self.store.shrink().await?;
        self.wake.notify_one();
        self.state().await
    }

    /// The pictures of a draft, decrypted and sealed one after the other.
    async fn sealed_pictures(
        &self,
        draft: &Draft,
        envelope: &Envelope,
    ) -> Result<Vec<SealedPicture>, Problem> {
        let mut sealed = Vec::with_capacity(draft.parts.len());
        for (name, known) in &draft.parts {
            let (name, sha256) = (*name, known.sha256);
            let jpeg = self
                .store
                .read(move |rows| {
                    pictures::bytes(rows, sha256)?
                        .ok_or(StoreFault::Corrupt("a picture of the draft"))
                })
                .await?;
            let entropy = self.ports.entropy.as_ref();
            sealed.push(envelope.picture(name, &jpeg, entropy)?);
            steps::at("seal.part");
        }
        Ok(sealed)
    }

    /// The fields: what was read, and how the citizen consents.
    async fn payload(&self, draft: &Draft) -> Result<Payload, Problem> {
        let phone = self.phone().await?;
        let read = card::read(draft, &phone, self.today());
        let of_pictures = draft.parts.iter().flat_map(|(_, p)| &p.findings);
        let findings: BTreeSet<FindingCode> =
            read.findings.iter().chain(of_pictures).copied().collect();
        Ok(Payload {
            captured_at: self.ports.clock.now(),
            notice_version: crate::notice::version().to_owned(),
            language: phone.language,
            signature_kind: draft.signature_kind.ok_or(PhoneCode::StepOutOfOrder)?,
            findings: findings.into_iter().collect(),
            model: draft.model.ok_or(PhoneCode::StepOutOfOrder)?,
            qr: draft.qr.clone().ok_or(PhoneCode::StepOutOfOrder)?,
            mrz: card::mrz_lines(draft)?,
            curp: draft.typed.curp.clone(),
            clave_elector: draft.typed.clave_elector.clone(),
            name: draft.typed.name.clone(),
        })
    }
}
