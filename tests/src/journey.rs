//! One person's way through the real app, door by door, so that a story can take the server,
//! the network or the app itself away between any two steps.

use crate::{
    mailbox,
    people::{Name, Pictures},
};
use app_core::{
    Answer, App, Config, Door, PhoneCode, Problem, adapters,
    doors::Source,
    views::{
        ActivationView, ApoyoView, AppState, CampaignsView, DraftStep, Notice, QueueState, WaitsFor,
    },
};
use bytes::Bytes;
use protocol::{
    apoyo::{PartName, SignatureKind},
    ids::CampaignId,
    sensitive::Sensitive,
};
use serde::de::DeserializeOwned;
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// What a person does, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Reads and accepts the privacy notice.
    Notice,
    /// Photographs the front for the activation.
    ActivationFront,
    /// Asks for a code.
    AskForCode,
    /// Types the code of the mail.
    TypeCode,
    /// Looks for a campaign.
    LookForCampaign,
    /// Begins the apoyo.
    Begin,
    /// Chooses the model.
    Model,
    /// Photographs the front.
    Front,
    /// Photographs the back.
    Back,
    /// Confirms what was read.
    Confirm,
    /// Takes a selfie.
    Selfie,
    /// Signs.
    Sign,
    /// Consents and sends: the apoyo is in the queue.
    Send,
    /// The queue is run.
    Queue,
    /// Asks where it stands.
    Status,
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 15] = [
        Step::Notice,
        Step::ActivationFront,
        Step::AskForCode,
        Step::TypeCode,
        Step::LookForCampaign,
        Step::Begin,
        Step::Model,
        Step::Front,
        Step::Back,
        Step::Confirm,
        Step::Selfie,
        Step::Sign,
        Step::Send,
        Step::Queue,
        Step::Status,
    ];

    /// Whether it cannot be done without the server.
    pub fn needs_the_server(self) -> bool {
        matches!(
            self,
            Step::AskForCode | Step::TypeCode | Step::Queue | Step::Status
        )
    }
}

/// A person, a phone with the app, and the campaign that the person wants to back.
pub struct Journey {
    name: Name,
    pictures: Pictures,
    campaign: CampaignId,
    outbox: PathBuf,
    config: Config,
    app: Option<App>,
    _folder: Option<tempfile::TempDir>,
}

impl Journey {
    /// A new phone, for the server at `url` whose mails lie in `outbox`.
    pub async fn new(name: Name, campaign: CampaignId, url: &str, outbox: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder of our own");
        let path = folder.path().to_owned();
        let mut journey = Self::in_folder(name, campaign, url, outbox, &path).await;
        journey._folder = Some(folder);
        journey
    }

    /// The same with the phone's store in this folder.
    pub async fn in_folder(
        name: Name,
        campaign: CampaignId,
        url: &str,
        outbox: &Path,
        folder: &Path,
    ) -> Self {
        let config = Config::new(folder, url, "e2e").expect("a server on this machine");
        let mut journey = Self {
            name,
            pictures: name.pictures(),
            campaign,
            outbox: outbox.to_owned(),
            config,
            app: None,
            _folder: None,
        };
        journey.reopen().await;
        journey
    }

    /// Ends the app as the system does, without a word, and opens it again.
    pub async fn reopen(&mut self) {
        drop(self.app.take());
        let until = Instant::now() + Duration::from_secs(5);
        self.app = loop {
            let ports = adapters::computer(&self.config.folder).expect("a network");
            match App::open(ports, self.config.clone()).await {
                Ok(app) => break Some(app),
                // A server that is being started beside this is a copy of this process for a
                // moment, and holds the store's lock as long as it is one.
                Err(problem) if problem.code == PhoneCode::PhoneStorageFault => {
                    assert!(
                        Instant::now() < until,
                        "the app does not open on what it left"
                    );
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(problem) => panic!("the app does not open: {problem}"),
            }
        };
    }

    fn app(&self) -> &App {
        self.app.as_ref().expect("the app is open")
    }

    /// Opens a door that answers JSON.
    pub async fn open<T: DeserializeOwned>(
        &self,
        door: Door,
        picture: Option<&Bytes>,
    ) -> Result<T, Problem> {
        match self.app().open_door(door, picture.cloned()).await? {
            Answer::Json(value) => Ok(serde_json::from_value(value).expect("the door's own view")),
            Answer::Picture(_) | Answer::File(_) => panic!("this door answers JSON"),
        }
    }

    /// How everything stands.
    pub async fn state(&self) -> AppState {
        self.open(Door::State, None).await.expect("the app knows")
    }

    /// How everything stands, without what passes by itself (seconds left, what is waited
    /// for): to compare.
    pub async fn shape(&self) -> String {
        let mut state = self.state().await;
        if let ActivationView::Code {
            expires_in_s,
            resend_in_s,
            ..
        } = &mut state.activation
        {
            (*expires_in_s, *resend_in_s) = (0, 0);
        }
        for apoyo in &mut state.apoyos {
            if let QueueState::Waiting {
                next_try_in_s,
                waits_for,
                problem,
            } = &mut apoyo.queue
            {
                (*next_try_in_s, *waits_for, *problem) = (0, WaitsFor::Turn, None);
            }
        }
        serde_json::to_string(&state).expect("plain data")
    }

    /// The one apoyo of this phone.
    pub async fn apoyo(&self) -> ApoyoView {
        let mut apoyos = self.state().await.apoyos;
        assert_eq!(apoyos.len(), 1, "one apoyo was given");
        apoyos.remove(0)
    }

    /// Whether the phone holds its receipt.
    pub async fn is_receipted(&self) -> bool {
        matches!(self.apoyo().await.queue, QueueState::Receipted { .. })
    }

    async fn picture(&self, part: PartName, picture: &Bytes) -> Result<AppState, Problem> {
        let door = Door::PutPicture {
            part,
            source: Source::Camera,
            anyway: false,
        };
        self.open(door, Some(picture)).await
    }

    /// Takes one step. Of those that the server answers: an error when it does not.
    pub async fn take(&self, step: Step) -> Result<(), Problem> {
        match step {
            Step::Notice => {
                let notice: Notice = self.open(Door::Notice, None).await?;
                let version = notice.version;
                self.open::<AppState>(Door::AcceptNotice { version }, None)
                    .await?;
            }
            Step::ActivationFront => {
                let source = Source::Camera;
                let front = Some(&self.pictures.front);
                self.open::<AppState>(Door::PutActivationFront { source }, front)
                    .await?;
            }
            Step::AskForCode => {
                let email = Sensitive::new(self.name.email());
                let door = Door::BeginActivation {
                    email: email.clone(),
                    email_again: email,
                };
                self.open::<AppState>(door, None).await?;
            }
            Step::TypeCode => {
                let code = mailbox::wait_for_code(&self.outbox, &self.name.email(), 1);
                let code = Sensitive::new(code.to_string());
                self.open::<AppState>(Door::CompleteActivation { code }, None)
                    .await?;
            }
            Step::LookForCampaign => {
                let search = String::new();
                let view: CampaignsView = self.open(Door::Campaigns { search }, None).await?;
                let found = view.campaigns.iter().any(|c| c.id == self.campaign);
                match view.problem {
                    None => assert!(found, "the campaign is open"),
                    Some(problem) => return Err(problem),
                }
            }
            Step::Begin => {
                let campaign = self.campaign.clone();
                self.open::<AppState>(Door::BeginDraft { campaign }, None)
                    .await?;
            }
            Step::Model => {
                let model = self.name.person().model;
                self.open::<AppState>(Door::ChooseModel { model }, None)
                    .await?;
            }
            Step::Front => {
                self.picture(PartName::Front, &self.pictures.front).await?;
            }
            Step::Back => {
                self.picture(PartName::Back, &self.pictures.back).await?;
            }
            Step::Confirm => {
                self.open::<AppState>(Door::ConfirmReading, None).await?;
            }
            Step::Selfie => {
                self.picture(PartName::Selfie, &self.pictures.selfie)
                    .await?;
            }
            Step::Sign => {
                let kind = SignatureKind::Drawn;
                let drawn = Some(&self.pictures.signature);
                self.open::<AppState>(Door::PutSignature { kind }, drawn)
                    .await?;
            }
            Step::Send => {
                let draft = self.state().await.draft.expect("a draft to send");
                assert_eq!(draft.step, DraftStep::Summary, "everything is there");
                let door = Door::Send {
                    consent: true,
                    notice_version: draft.notice_version,
                };
                self.open::<AppState>(door, None).await?;
            }
            Step::Queue => {
                let apoyo = self.apoyo().await.apoyo;
                self.open::<AppState>(Door::Retry { apoyo }, None).await?;
                match self.apoyo().await.queue {
                    QueueState::Receipted { .. } => {}
                    QueueState::Waiting {
                        problem: Some(problem),
                        ..
                    }
                    | QueueState::Refused { problem } => return Err(problem),
                    other => panic!("a pass has ended: {other:?}"),
                }
            }
            Step::Status => {
                self.open::<AppState>(Door::RefreshStatuses, None).await?;
                match self.apoyo().await.queue {
                    QueueState::Receipted {
                        status: Some(_), ..
                    } => {}
                    _ => return Err(Problem::new(PhoneCode::ServerUnreachable)),
                }
            }
        }
        Ok(())
    }

    /// Takes every step from `from` up to and with `to`; none may fail.
    pub async fn take_all(&self, from: Step, to: Step) {
        for step in Step::ALL.into_iter().filter(|s| (from..=to).contains(s)) {
            let taken = self.take(step).await;
            taken.unwrap_or_else(|problem| panic!("{step:?}: {problem}"));
        }
    }
}
