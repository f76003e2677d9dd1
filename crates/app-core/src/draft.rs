//! The apoyo being prepared: its steps in order, and what is still missing.

use crate::{
    app::App,
    card,
    code::{PhoneCode, Problem},
    store::{
        draft::{self as stored, Draft, Typed},
        parts,
        phone::Phone,
        pictures,
    },
    views::{AppState, DraftStep, DraftView, PartView},
};
use bytes::Bytes;
use chrono::NaiveDate;
use credential::{Model, reading::FindingCode};
use protocol::{apoyos::PartName, ids::CampaignId, sensitive::Sensitive};

/// The next step of a draft.
pub(crate) fn step(draft: &Draft) -> DraftStep {
    let has = |name| draft.part(name).is_some();
    if draft.model.is_none() {
        DraftStep::Model
    } else if !has(PartName::Front) {
        DraftStep::Front
    } else if !has(PartName::Back) {
        DraftStep::Back
    } else if !draft.confirmed {
        DraftStep::Reading
    } else if !has(PartName::Selfie) {
        DraftStep::Selfie
    } else if !has(PartName::Signature) {
        DraftStep::Signature
    } else {
        DraftStep::Summary
    }
}

/// Whether a part may be taken now: the steps before it are done. Taking a part again is always
/// allowed.
pub(crate) fn may_take(draft: &Draft, part: PartName) -> bool {
    let has = |name| draft.part(name).is_some();
    match part {
        PartName::Front => draft.model.is_some(),
        PartName::Back => draft.model.is_some() && has(PartName::Front),
        PartName::Selfie => draft.confirmed && has(PartName::Front) && has(PartName::Back),
        PartName::Signature => may_take(draft, PartName::Selfie) && has(PartName::Selfie),
    }
}

/// The draft as the screen shows it.
pub(crate) fn view(
    draft: &Draft,
    phone: &Phone,
    activation_front: bool,
    today: NaiveDate,
) -> DraftView {
    let read = card::read(draft, phone, today);
    DraftView {
        campaign: draft.campaign.clone(),
        step: step(draft),
        model: draft.model,
        parts: draft
            .parts
            .iter()
            .map(|(name, picture)| PartView {
                name: *name,
                source: picture.source,
                ask: asked(&picture.findings),
                findings: picture.findings.clone(),
                width: picture.width,
                height: picture.height,
                sha256: picture.sha256,
            })
            .collect(),
        reading: read.fields,
        confirmed: draft.confirmed,
        findings: read.findings,
        signature_kind: draft.signature_kind,
        activation_front,
        notice_version: crate::notice::version().to_owned(),
    }
}

/// The findings for which the screen asks the citizen before the picture is used.
pub(crate) fn asked(findings: &[FindingCode]) -> Vec<FindingCode> {
    findings
        .iter()
        .copied()
        .filter(|finding| finding.asks_the_citizen())
        .collect()
}

impl App {
    /// [`crate::Door::BeginDraft`].
    pub(crate) async fn begin_draft(&self, campaign: CampaignId) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        self.active().await?;
        match self.store.read(stored::load).await? {
            Some(draft) if draft.campaign.id == campaign => return self.state().await,
            Some(_) => return Err(PhoneCode::StepOutOfOrder.into()),
            None => {}
        }
        let draft = Draft::new(self.campaign(&campaign).await?, self.now_ms());
        self.save_draft(draft).await?;
        self.state().await
    }

    /// [`crate::Door::ChooseModel`]. Models without a public QR are refused: what the app can read
    /// from them is not enough to find a person in the roll.
    pub(crate) async fn choose_model(&self, model: Model) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        let mut draft = self.draft().await?;
        if !model.has_public_qr() {
            return Err(Problem::in_field(PhoneCode::ModelNotSupported, "model"));
        }
        draft.model = Some(model);
        self.save_draft(draft).await?;
        self.state().await
    }

    /// [`crate::Door::TypeFields`].
    pub(crate) async fn type_fields(&self, typed: Typed) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        let mut draft = self.draft().await?;
        if draft.qr.is_none() {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        let typed = card::check_typed(typed)?;
        if typed != draft.typed {
            // The screen now shows more than the citizen confirmed.
            draft.confirmed = false;
            draft.typed = typed;
            self.save_draft(draft).await?;
        }
        self.state().await
    }

    /// [`crate::Door::ConfirmReading`].
    pub(crate) async fn confirm_reading(&self) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        let mut draft = self.draft().await?;
        if draft.qr.is_none() || !may_take(&draft, PartName::Back) {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        if draft.part(PartName::Back).is_none() {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        draft.confirmed = true;
        self.save_draft(draft).await?;
        self.state().await
    }

    /// [`crate::Door::Picture`].
    pub(crate) async fn picture(&self, part: PartName) -> Result<Bytes, Problem> {
        let draft = self.draft().await?;
        let sha256 = draft.part(part).ok_or(PhoneCode::StepOutOfOrder)?.sha256;
        let jpeg = self
            .store
            .read(move |rows| pictures::bytes(rows, sha256))
            .await?
            .ok_or(PhoneCode::PhoneStorageFault)?;
        Ok(Bytes::copy_from_slice(&jpeg))
    }

    /// [`crate::Door::Redo`]. What was read from a back stays until another back is taken: the
    /// same card needs no second confirmation.
    pub(crate) async fn redo(&self, part: PartName) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        let mut draft = self.draft().await?;
        if part == PartName::Signature {
            draft.signature_kind = None;
        }
        if part == PartName::Back {
            draft.hint = None;
        }
        self.store
            .write(move |t| {
                stored::save(t, &draft)?;
                parts::drop_draft_part(t, part)
            })
            .await?;
        self.state().await
    }

    /// [`crate::Door::DiscardDraft`].
    pub(crate) async fn discard_draft(&self) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        self.store.write(stored::discard).await?;
        crate::steps::at("delete.durable");
        self.store.shrink().await?;
        self.state().await
    }

    /// [`crate::Door::ScannedQr`]: a hint for the still that follows.
    pub(crate) async fn scanned_qr(&self, text: Sensitive<String>) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        let mut draft = self.draft().await?;
        if !may_take(&draft, PartName::Back) {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        draft.hint = Some(card::public_text(text.expose())?);
        self.save_draft(draft).await?;
        self.state().await
    }

    /// The draft; [`PhoneCode::DraftMissing`] without one.
    pub(crate) async fn draft(&self) -> Result<Draft, Problem> {
        self.store
            .read(stored::load)
            .await?
            .ok_or_else(|| PhoneCode::DraftMissing.into())
    }

    async fn save_draft(&self, draft: Draft) -> Result<(), Problem> {
        Ok(self.store.write(move |t| stored::save(t, &draft)).await?)
    }
}
