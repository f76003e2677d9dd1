//! Stills: the pictures that are stored and sent. `viewfinder.rs` handles the frames of the live
//! view.
//!
//! A still is decoded and encoded again without metadata, and only then hashed and stored. The
//! original bytes are dropped.

use crate::{
    app::App,
    card::{self, Still},
    code::{PhoneCode, Problem},
    doors::Source,
    draft::may_take,
    steps,
    store::{
        draft::{self as stored, Draft, Typed},
        parts::{self, Picture},
        pictures,
    },
    views::AppState,
};
use bytes::Bytes;
use credential::reading::FindingCode;
use protocol::{
    apoyos::{PartName, SignatureKind},
    code::Code,
};
use vision::photo::PictureLimits;

/// The longest picture in bytes that a person may choose. Shells refuse longer ones too.
pub const LONGEST_PICTURE: usize = PictureLimits::CAPTURE.max_bytes;

/// Runs heavy work on a thread of its own.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "looking at a picture failed");
            Err(PhoneCode::PictureUnreadable.into())
        })
}

impl App {
    /// [`crate::Door::PutPicture`].
    pub(crate) async fn put_picture(
        &self,
        part: PartName,
        source: Source,
        anyway: bool,
        bytes: Bytes,
    ) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        self.require_notice().await?;
        let mut draft = self.draft().await?;
        if !may_take(&draft, part) {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        let model = draft.model;
        let mut still = match part {
            PartName::Front => blocking(move || card::front(&bytes, model)).await?,
            PartName::Selfie => blocking(move || card::selfie(&bytes)).await?,
            PartName::Back => {
                let card::Back { still, qr, mrz } =
                    blocking(move || card::back(&bytes, model, anyway)).await?;
                if draft.hint.take().is_some_and(|hint| hint != qr) {
                    // The still decides, so the hint is forgotten.
                    self.store.write(move |t| stored::save(t, &draft)).await?;
                    return Err(PhoneCode::QrOtherCard.into());
                }
                if draft.qr.as_ref() != Some(&qr) {
                    // It is another card, so the earlier reading and its confirmation are no longer valid.
                    draft.confirmed = false;
                    draft.typed = Typed::default();
                    draft.qr = Some(qr);
                }
                if draft.mrz_read != mrz {
                    // The screen now shows more than the citizen confirmed.
                    draft.confirmed = false;
                    draft.mrz_read = mrz;
                }
                still
            }
            PartName::Signature => return Err(Problem::in_field(Code::RequestMalformed, "part")),
        };
        if !anyway {
            still.refuse_poor().map_err(Problem::overrulable)?;
        }
        still.note_seen_before(&draft, part);
        self.keep_part(draft, part, still, source).await
    }

    /// [`crate::Door::UseActivationFront`].
    pub(crate) async fn use_activation_front(&self) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        let draft = self.draft().await?;
        if !may_take(&draft, PartName::Front) {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        let front = self
            .store
            .read(parts::activation_front)
            .await?
            .ok_or(PhoneCode::StepOutOfOrder)?;
        refuse_repeated(&draft, PartName::Front, &front)?;
        self.store
            .write(move |t| parts::set_draft_part(t, PartName::Front, &front))
            .await?;
        self.state().await
    }

    /// [`crate::Door::PutSignature`].
    pub(crate) async fn put_signature(
        &self,
        kind: SignatureKind,
        bytes: Bytes,
    ) -> Result<AppState, Problem> {
        let _one = self.drafting.lock().await;
        let mut draft = self.draft().await?;
        if !may_take(&draft, PartName::Signature) {
            return Err(PhoneCode::StepOutOfOrder.into());
        }
        let mut still = blocking(move || card::signature(&bytes)).await?;
        if kind == SignatureKind::Typed {
            still.findings.push(FindingCode::TypedSignature);
        }
        draft.signature_kind = Some(kind);
        // A signature is drawn or typed on the screen, never chosen from a file.
        self.keep_part(draft, PartName::Signature, still, Source::Camera)
            .await
    }

    async fn keep_part(
        &self,
        draft: Draft,
        part: PartName,
        still: Still,
        source: Source,
    ) -> Result<AppState, Problem> {
        let (picture, jpeg) = still.into_picture(source);
        refuse_repeated(&draft, part, &picture)?;
        steps::at("capture.judged");
        self.store
            .write(move |t| {
                pictures::keep(t, picture.sha256, &jpeg)?;
                stored::save(t, &draft)?;
                parts::set_draft_part(t, part, &picture)
            })
            .await?;
        steps::at("capture.durable");
        self.state().await
    }
}

/// Refuses the same picture for two parts: one of them does not show what it should.
fn refuse_repeated(draft: &Draft, part: PartName, picture: &Picture) -> Result<(), Problem> {
    let repeated = draft
        .parts
        .iter()
        .any(|(name, other)| *name != part && other.sha256 == picture.sha256);
    if repeated {
        Err(PhoneCode::PictureRepeated.into())
    } else {
        Ok(())
    }
}
