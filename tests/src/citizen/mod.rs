//! A citizen without a screen, who opens the doors of the real app-core with pictures from memory. The
//! command of the same name, load tests and demonstrations use it; [`crate::journey`] takes one step
//! at a time.
//!
//! [`doors`] has one method per door. This file combines them into a person's actions.

mod doors;
mod letters;

use crate::people;
use app_core::{
    App, Config, PhoneCode, Ports, Problem, adapters,
    doors::Source,
    views::{ActivationView, DraftStep, QueueState},
};
use bytes::Bytes;
use credential::Model;
pub use letters::Mailbox;
use protocol::{
    apoyos::PartName,
    code::{Code, Remedy},
    ids::{ApoyoId, CampaignId},
    receipt::SignedReceipt,
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// A person with a phone.
pub struct Citizen {
    app: App,
    /// How long to wait for a server that does not answer.
    pub patience: Duration,
    /// Whether pictures are sent in spite of their findings.
    pub anyway: bool,
    /// The source of pictures that is reported to the app.
    pub source: Source,
}

/// The pictures of a person; clones share the bytes.
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

impl Citizen {
    /// A phone with its store in this folder; an activated store stays activated.
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
            source: Source::File,
        })
    }

    /// Whether the phone is activated.
    pub async fn is_active(&self) -> Result<bool, Problem> {
        Ok(matches!(
            self.state().await?.activation,
            ActivationView::Active { .. }
        ))
    }

    /// Activates the phone, unless it is active: notice, front, address, and the first new code in the
    /// mailbox after the request.
    pub async fn activate(&self, front: &Bytes, mailbox: Mailbox<'_>) -> Result<(), Problem> {
        let mut before = 0;
        loop {
            match self.state().await?.activation {
                ActivationView::Notice => self.accept_notice().await?,
                ActivationView::Front => self.put_activation_front(front).await?,
                // This citizen cannot sign in with a browser.
                ActivationView::Signin { .. } => self.abandon_activation().await?,
                ActivationView::Email { .. } => {
                    before = letters::count(mailbox).await;
                    self.patiently(async || self.ask_for_code(mailbox.email).await)
                        .await?;
                }
                ActivationView::Code { .. } => {
                    let code = letters::newest_code(mailbox, before).await?;
                    self.patiently(async || self.type_code(&code).await).await?;
                }
                ActivationView::Active { .. } => return Ok(()),
            }
        }
    }

    /// Prepares an apoyo, puts it in the queue and waits for its receipt. It continues a draft for the
    /// same campaign and discards any other.
    pub async fn give(
        &self,
        campaign: &CampaignId,
        model: Model,
        pictures: &Pictures,
    ) -> Result<SignedReceipt, Problem> {
        let apoyo = self.queue(campaign, model, pictures).await?;
        self.receipt(apoyo).await
    }

    /// Prepares an apoyo and puts it in the queue without sending it.
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
            self.discard_draft().await?;
        }
        self.patiently(async || self.begin_draft(campaign).await)
            .await?;
        loop {
            let draft = self.state().await?.draft.ok_or(PhoneCode::DraftMissing)?;
            match draft.step {
                DraftStep::Model => self.choose_model(model).await?,
                DraftStep::Front => self.put(PartName::Front, &pictures.front).await?,
                DraftStep::Back => self.put(PartName::Back, &pictures.back).await?,
                DraftStep::Reading => self.confirm_reading().await?,
                DraftStep::Selfie => self.put(PartName::Selfie, &pictures.selfie).await?,
                DraftStep::Signature => self.sign(&pictures.signature).await?,
                DraftStep::Summary => return Ok(()),
            }
        }
    }

    /// Puts the prepared apoyo in the queue, after confirming newly typed fields.
    pub async fn send_prepared(&self) -> Result<ApoyoId, Problem> {
        let draft = self.state().await?.draft.ok_or(PhoneCode::DraftMissing)?;
        if !draft.confirmed {
            self.confirm_reading().await?;
        }
        let state = self.send().await?;
        let newest = state.apoyos.first().ok_or(Code::ApoyoUnknown)?;
        Ok(newest.apoyo)
    }

    /// Runs the queue until this apoyo has its receipt, is refused, or the time limit is reached.
    pub async fn receipt(&self, apoyo: ApoyoId) -> Result<SignedReceipt, Problem> {
        let until = Instant::now() + self.patience;
        loop {
            let apoyos = self.retry(apoyo).await?.apoyos;
            let entry = apoyos.into_iter().find(|entry| entry.apoyo == apoyo);
            let problem = match entry.ok_or(Code::ApoyoUnknown)?.queue {
                QueueState::Receipted { .. } => return self.signed_receipt(apoyo).await,
                QueueState::Refused { problem } => return Err(problem),
                QueueState::Waiting { problem, .. } => problem,
                QueueState::Sending { .. } => None,
            };
            // Without an activation the queue will never be sent.
            if !self.is_active().await? {
                return Err(problem.unwrap_or_else(|| PhoneCode::NotActivated.into()));
            }
            if Instant::now() >= until {
                return Err(problem.unwrap_or_else(|| PhoneCode::ServerUnreachable.into()));
            }
            tokio::time::sleep(pause(problem.as_ref())).await;
        }
    }

    /// Tries again while the failure is temporary, up to the time limit.
    async fn patiently(&self, open: impl AsyncFn() -> Result<(), Problem>) -> Result<(), Problem> {
        let until = Instant::now() + self.patience;
        loop {
            match open().await {
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

/// The pause that the server asks for, or half a second.
fn pause(problem: Option<&Problem>) -> Duration {
    match problem.and_then(|problem| problem.retry_after_s) {
        Some(seconds) => Duration::from_secs(u64::from(seconds.clamp(1, 30))),
        None => Duration::from_millis(500),
    }
}
