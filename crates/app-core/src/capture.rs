//! Pictures on their way in: stills that are kept. Frames of the live view stand in
//! `viewfinder.rs`.
//!
//! A still is opened, written again without a word of where and when it was taken, and only
//! then hashed and stored; the bytes that came in are dropped.

use crate::{
    app::App,
    card::{self, Still},
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
    apoyo::{PartName, SignatureKind},
    code::{Code, Problem},
};

/// Heavy work on a thread of its own.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "looking at a picture failed");
            Err(Code::PictureUnreadable.into())
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
            return Err(Code::StepOutOfOrder.into());
        }
        let model = draft.model;
        let mut still = match part {
            PartName::Front => blocking(move || card::front(&bytes, model)).await?,
            PartName::Selfie => blocking(move || card::selfie(&bytes)).await?,
            PartName::Back => {
                let card::Back { still, qr, mrz } =
                    blocking(move || card::back(&bytes, model, anyway)).await?;
                if draft.hint.take().is_some_and(|hint| hint != qr) {
                    // The still decides from here on: the hint is forgotten.
                    self.store.write(move |t| stored::save(t, &draft)).await?;
                    return Err(Code::QrOtherCard.into());
                }
                if draft.qr.as_ref() != Some(&qr) {
                    // Another card than before: nothing that was read or confirmed holds.
                    draft.confirmed = false;
                    draft.typed = Typed::default();
                    draft.qr = Some(qr);
                }
                if draft.mrz_read != mrz {
                    // What was confirmed is no longer all that is on the screen.
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
            return Err(Code::StepOutOfOrder.into());
        }
        let front = self
            .store
            .read(parts::activation_front)
            .await?
            .ok_or(Code::StepOutOfOrder)?;
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
            return Err(Code::StepOutOfOrder.into());
        }
        let mut still = blocking(move || card::signature(&bytes)).await?;
        if kind == SignatureKind::Typed {
            still.findings.push(FindingCode::TypedSignature);
        }
        draft.signature_kind = Some(kind);
        // A signature is made on the screen, whatever made the picture of it.
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

/// The same picture twice is a slip, or no picture of what it should show.
fn refuse_repeated(draft: &Draft, part: PartName, picture: &Picture) -> Result<(), Problem> {
    let repeated = draft
        .parts
        .iter()
        .any(|(name, other)| *name != part && other.sha256 == picture.sha256);
    if repeated {
        Err(Code::PictureRepeated.into())
    } else {
        Ok(())
    }
}
