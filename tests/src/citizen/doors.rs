//! The doors of the app, one method each, as a screen opens them.

use super::Citizen;
use app_core::{
    Answer, Door, PhoneCode, Problem,
    views::{AppState, CampaignsView, ReceiptView},
};
use bytes::Bytes;
use credential::Model;
use protocol::{
    apoyos::{PartName, SignatureKind},
    ids::{ApoyoId, CampaignId},
    receipt::SignedReceipt,
};
use serde::de::DeserializeOwned;

impl Citizen {
    /// Opens a door that answers JSON.
    pub async fn door<T: DeserializeOwned>(
        &self,
        door: Door,
        picture: Option<&Bytes>,
    ) -> Result<T, Problem> {
        match self.app.open_door(door, picture.cloned()).await? {
            Answer::Json(value) => {
                serde_json::from_value(value).map_err(|_| PhoneCode::AnswerMalformed.into())
            }
            Answer::Picture(_) | Answer::File(_) => Err(PhoneCode::AnswerMalformed.into()),
        }
    }

    /// Opens a door that answers with the app's state, which is ignored.
    async fn touch(&self, door: Door, picture: Option<&Bytes>) -> Result<(), Problem> {
        self.door::<AppState>(door, picture).await.map(|_| ())
    }

    /// The app's state on this phone.
    pub async fn state(&self) -> Result<AppState, Problem> {
        self.door(Door::State, None).await
    }

    /// Accepts the privacy notice in force.
    pub async fn accept_notice(&self) -> Result<(), Problem> {
        let version = app_core::notice::version().to_owned();
        self.touch(Door::AcceptNotice { version }, None).await
    }

    /// Shows the front of the credential for the activation.
    pub async fn put_activation_front(&self, front: &Bytes) -> Result<(), Problem> {
        let source = self.source;
        self.touch(Door::PutActivationFront { source }, Some(front))
            .await
    }

    /// Begins the activation with another way of proving the address.
    pub async fn abandon_activation(&self) -> Result<(), Problem> {
        self.touch(Door::AbandonActivation, None).await
    }

    /// Types the address, twice, and asks for a code.
    pub async fn ask_for_code(&self, email: &str) -> Result<(), Problem> {
        let door = Door::BeginActivation {
            email: email.to_owned().into(),
            email_again: email.to_owned().into(),
        };
        self.touch(door, None).await
    }

    /// Types the code of the mail.
    pub async fn type_code(&self, code: &str) -> Result<(), Problem> {
        let code = code.to_owned().into();
        self.touch(Door::CompleteActivation { code }, None).await
    }

    /// The campaigns, as a list to choose from.
    pub async fn campaigns(&self) -> Result<CampaignsView, Problem> {
        let search = String::new();
        self.door(Door::Campaigns { search }, None).await
    }

    /// Begins an apoyo for a campaign.
    pub async fn begin_draft(&self, campaign: &CampaignId) -> Result<(), Problem> {
        let campaign = campaign.clone();
        self.touch(Door::BeginDraft { campaign }, None).await
    }

    /// Discards the draft.
    pub async fn discard_draft(&self) -> Result<(), Problem> {
        self.touch(Door::DiscardDraft, None).await
    }

    /// Chooses the model of the credential.
    pub async fn choose_model(&self, model: Model) -> Result<(), Problem> {
        self.touch(Door::ChooseModel { model }, None).await
    }

    /// Shows a side of the credential or the face.
    pub async fn put(&self, part: PartName, picture: &Bytes) -> Result<(), Problem> {
        let door = Door::PutPicture {
            part,
            source: self.source,
            anyway: self.anyway,
        };
        self.touch(door, Some(picture)).await
    }

    /// Confirms what was read.
    pub async fn confirm_reading(&self) -> Result<(), Problem> {
        self.touch(Door::ConfirmReading, None).await
    }

    /// Signs.
    pub async fn sign(&self, signature: &Bytes) -> Result<(), Problem> {
        let kind = SignatureKind::Drawn;
        self.touch(Door::PutSignature { kind }, Some(signature))
            .await
    }

    /// Consents and puts the apoyo in the queue.
    pub async fn send(&self) -> Result<AppState, Problem> {
        let door = Door::Send {
            consent: true,
            notice_version: app_core::notice::version().to_owned(),
        };
        self.door(door, None).await
    }

    /// Runs the queue for one apoyo.
    pub async fn retry(&self, apoyo: ApoyoId) -> Result<AppState, Problem> {
        self.door(Door::Retry { apoyo }, None).await
    }

    /// Asks the server for the status of all sent apoyos.
    pub async fn refresh_statuses(&self) -> Result<(), Problem> {
        self.touch(Door::RefreshStatuses, None).await
    }

    /// The receipt as the server signed it.
    pub async fn signed_receipt(&self, apoyo: ApoyoId) -> Result<SignedReceipt, Problem> {
        let view: ReceiptView = self.door(Door::Receipt { apoyo }, None).await?;
        serde_json::from_str(&view.signed).map_err(|_| PhoneCode::AnswerMalformed.into())
    }

    /// The sealed apoyo as a file.
    pub async fn export(&self, apoyo: ApoyoId) -> Result<Bytes, Problem> {
        match self.app.open_door(Door::Export { apoyo }, None).await? {
            Answer::File(bytes) => Ok(bytes),
            _ => Err(PhoneCode::AnswerMalformed.into()),
        }
    }
}
