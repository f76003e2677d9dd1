//! A citizen without a screen: goes through the doors of the real app-core, with pictures
//! from memory. The command of the same name, load tests and demonstrations build on it.

use crate::{mailbox, people};
use app_core::{
    Answer, App, Config, Door, PhoneCode, Ports, Problem, adapters,
    doors::Source,
    views::{ActivationView, AppState, DraftStep, QueueState, ReceiptView},
};
use bytes::Bytes;
use credential::Model;
use protocol::{
    apoyo::{PartName, SignatureKind},
    code::{Code, Remedy},
    ids::{ApoyoId, CampaignId},
    receipt::SignedReceipt,
};
use serde::de::DeserializeOwned;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Somebody with a phone.
pub struct Citizen {
    app: App,
    /// How long a server that does not answer is waited for.
    pub patience: Duration,
    /// Pictures are sent in spite of what is found in them.
    pub anyway: bool,
}

/// What somebody holds before the camera; clones share the bytes.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// The credential's front.
    pub front: Bytes,
    /// The credential's back.
    pub back: Bytes,
    /// The face.
    pub selfie: Bytes,
    /// The signature, dark on light.
    pub signature: Bytes,
}

impl From<&people::Pictures> for Pictures {
    fn from(pictures: &people::Pictures) -> Self {
        Self {
            front: pictures.front.clone(),
            back: pictures.back.clone(),
            selfie: pictures.selfie.clone(),
            signature: pictures.signature.clone(),
        }
    }
}

/// Where the code of a mail is read.
#[derive(Debug, Clone, Copy)]
pub struct Mailbox<'a> {
    /// The server's folder of mails.
    pub outbox: &'a Path,
    /// Whose mails.
    pub email: &'a str,
    /// How long a mail is waited for.
    pub patience: Duration,
}

impl Citizen {
    /// A phone that keeps its things in `store`; one that was activated before still is.
    pub async fn open(server: &str, store: &Path) -> Result<Self, Problem> {
        let ports = adapters::computer(store).map_err(|_| PhoneCode::ServerUnreachable)?;
        Self::with_ports(ports, server, store).await
    }

    /// The same with other ports: a clock that is years off, a network that drops.
    pub async fn with_ports(ports: Ports, server: &str, store: &Path) -> Result<Self, Problem> {
        let config = Config::new(store, server, env!("CARGO_PKG_VERSION"))
            .map_err(|_| Problem::in_field(Code::RequestMalformed, "server"))?;
        Ok(Self {
            app: App::open(ports, config).await?,
            patience: Duration::from_secs(60),
            anyway: false,
        })
    }

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

    /// How everything stands on this phone.
    pub async fn state(&self) -> Result<AppState, Problem> {
        self.door(Door::State, None).await
    }

    /// Whether the phone is activated.
    pub async fn is_active(&self) -> Result<bool, Problem> {
        Ok(matches!(
            self.state().await?.activation,
            ActivationView::Active { .. }
        ))
    }

    /// Activates the phone, unless it is: notice, front, address, and the newest code in the
    /// mailbox that came after it was asked for.
    pub async fn activate(&self, front: &Bytes, mailbox: Mailbox<'_>) -> Result<(), Problem> {
        let mut before = 0;
        loop {
            match self.state().await?.activation {
                ActivationView::Notice => {
                    let version = app_core::notice::version().to_owned();
                    self.open_it(Door::AcceptNotice { version }, None).await?;
                }
                ActivationView::Front => {
                    let source = Source::File;
                    self.open_it(Door::PutActivationFront { source }, Some(front))
                        .await?;
                }
                // Only a person sits before a browser.
                ActivationView::Signin { .. } => {
                    self.open_it(Door::AbandonActivation, None).await?;
                }
                ActivationView::Email { .. } => {
                    before = mails(mailbox).await.0;
                    let begin = Door::BeginActivation {
                        email: mailbox.email.to_owned().into(),
                        email_again: mailbox.email.to_owned().into(),
                    };
                    self.patiently(begin).await?;
                }
                ActivationView::Code { .. } => {
                    let code = newest_code(mailbox, before).await?;
                    self.patiently(Door::CompleteActivation { code: code.into() })
                        .await?;
                }
                ActivationView::Active { .. } => return Ok(()),
            }
        }
    }

    /// Prepares an apoyo, puts it in the queue and waits for its receipt. A draft that was
    /// left for the same campaign is gone on with, any other is thrown away.
    pub async fn give(
        &self,
        campaign: &CampaignId,
        model: Model,
        pictures: &Pictures,
    ) -> Result<SignedReceipt, Problem> {
        let apoyo = self.queue(campaign, model, pictures).await?;
        self.receipt(apoyo).await
    }

    /// Prepares an apoyo and puts it in the queue; nothing is sent yet.
    pub async fn queue(
        &self,
        campaign: &CampaignId,
        model: Model,
        pictures: &Pictures,
    ) -> Result<ApoyoId, Problem> {
        self.prepare(campaign, model, pictures).await?;
        self.send_prepared().await
    }

    /// Prepares an apoyo up to its summary.
    pub async fn prepare(
        &self,
        campaign: &CampaignId,
        model: Model,
        pictures: &Pictures,
    ) -> Result<(), Problem> {
        let left = self.state().await?.draft;
        if left.is_some_and(|draft| draft.campaign.id != *campaign) {
            self.open_it(Door::DiscardDraft, None).await?;
        }
        let campaign = campaign.clone();
        self.patiently(Door::BeginDraft { campaign }).await?;
        loop {
            let draft = self.state().await?.draft.ok_or(PhoneCode::DraftMissing)?;
            let put = |part| Door::PutPicture {
                part,
                source: Source::File,
                anyway: self.anyway,
            };
            let (door, picture) = match draft.step {
                DraftStep::Model => (Door::ChooseModel { model }, None),
                DraftStep::Front => (put(PartName::Front), Some(&pictures.front)),
                DraftStep::Back => (put(PartName::Back), Some(&pictures.back)),
                DraftStep::Reading => (Door::ConfirmReading, None),
                DraftStep::Selfie => (put(PartName::Selfie), Some(&pictures.selfie)),
                DraftStep::Signature => (
                    Door::PutSignature {
                        kind: SignatureKind::Drawn,
                    },
                    Some(&pictures.signature),
                ),
                DraftStep::Summary => return Ok(()),
            };
            self.open_it(door, picture).await?;
        }
    }

    /// Puts the prepared apoyo in the queue, confirming what was typed since.
    pub async fn send_prepared(&self) -> Result<ApoyoId, Problem> {
        let draft = self.state().await?.draft.ok_or(PhoneCode::DraftMissing)?;
        if !draft.confirmed {
            self.open_it(Door::ConfirmReading, None).await?;
        }
        let send = Door::Send {
            consent: true,
            notice_version: app_core::notice::version().to_owned(),
        };
        let state: AppState = self.door(send, None).await?;
        let newest = state.apoyos.first().ok_or(Code::ApoyoUnknown)?;
        Ok(newest.apoyo)
    }

    /// The sealed apoyo as a file.
    pub async fn export(&self, apoyo: ApoyoId) -> Result<Bytes, Problem> {
        match self.app.open_door(Door::Export { apoyo }, None).await? {
            Answer::File(bytes) => Ok(bytes),
            _ => Err(PhoneCode::AnswerMalformed.into()),
        }
    }

    /// Runs the queue until this apoyo has its receipt, is refused, or patience ends.
    pub async fn receipt(&self, apoyo: ApoyoId) -> Result<SignedReceipt, Problem> {
        let until = Instant::now() + self.patience;
        loop {
            let state: AppState = self.door(Door::Retry { apoyo }, None).await?;
            let entry = state.apoyos.into_iter().find(|entry| entry.apoyo == apoyo);
            let problem = match entry.ok_or(Code::ApoyoUnknown)?.queue {
                QueueState::Receipted { .. } => {
                    let view: ReceiptView = self.door(Door::Receipt { apoyo }, None).await?;
                    return serde_json::from_str(&view.signed)
                        .map_err(|_| PhoneCode::AnswerMalformed.into());
                }
                QueueState::Refused { problem } => return Err(problem),
                QueueState::Waiting { problem, .. } => problem,
                QueueState::Sending { .. } => None,
            };
            // Without an activation in force nothing will ever be sent from here.
            if !self.is_active().await? {
                return Err(problem.unwrap_or_else(|| PhoneCode::NotActivated.into()));
            }
            if Instant::now() >= until {
                return Err(problem.unwrap_or_else(|| PhoneCode::ServerUnreachable.into()));
            }
            tokio::time::sleep(pause(problem.as_ref())).await;
        }
    }

    async fn open_it(&self, door: Door, picture: Option<&Bytes>) -> Result<(), Problem> {
        self.door::<AppState>(door, picture).await.map(|_| ())
    }

    /// Tries a door again for as long as its trouble may pass and patience lasts.
    async fn patiently(&self, door: Door) -> Result<(), Problem> {
        let until = Instant::now() + self.patience;
        loop {
            match self.open_it(door.clone(), None).await {
                Err(problem)
                    if problem.code.remedy() == Remedy::Later && Instant::now() < until =>
                {
                    tokio::time::sleep(pause(Some(&problem))).await;
                }
                other => return other,
            }
        }
    }
}

/// As long as the server asks for, half a second otherwise: nobody looks at this citizen's
/// battery.
fn pause(problem: Option<&Problem>) -> Duration {
    match problem.and_then(|problem| problem.retry_after_s) {
        Some(seconds) => Duration::from_secs(u64::from(seconds.clamp(1, 30))),
        None => Duration::from_millis(500),
    }
}

/// How many mails this person has, and the code in the newest.
async fn mails(mailbox: Mailbox<'_>) -> (usize, Option<String>) {
    let (folder, email) = (mailbox.outbox.to_owned(), mailbox.email.trim().to_owned());
    let looked = tokio::task::spawn_blocking(move || {
        let letters = mailbox::letters(&folder).unwrap_or_default();
        let mine = letters
            .iter()
            .filter(|letter| letter.to.eq_ignore_ascii_case(&email));
        let newest = mine.clone().next_back().and_then(|letter| letter.code());
        (mine.count(), newest.map(|code| code.to_string()))
    });
    looked.await.unwrap_or_default()
}

/// The newest code, once there are more than `before` mails.
async fn newest_code(mailbox: Mailbox<'_>, before: usize) -> Result<String, Problem> {
    let until = Instant::now() + mailbox.patience;
    loop {
        match mails(mailbox).await {
            (count, Some(code)) if count > before => return Ok(code),
            _ if Instant::now() >= until => {
                return Err(Problem::in_field(Code::NotFound, "outbox"));
            }
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}
