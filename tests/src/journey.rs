//! One person's way through the real app, door by door, so that a story can interrupt the server, the
//! network or the app between any two steps.

use crate::{
    citizen::Citizen,
    mailbox,
    people::{Name, Pictures},
};
use app_core::{
    PhoneCode, Problem,
    doors::Source,
    views::{ActivationView, ApoyoView, AppState, DraftStep, QueueState, WaitsFor},
};
use protocol::{apoyos::PartName, ids::CampaignId};
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// A person's steps, in this order.
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
    /// Asks for the status of the apoyo.
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

    /// Whether it needs the server.
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
    server: String,
    store: PathBuf,
    citizen: Option<Citizen>,
    _folder: Option<tempfile::TempDir>,
}

impl Journey {
    /// A new phone for the server at `url`, whose mails are in `outbox`.
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
        let mut journey = Self {
            name,
            pictures: name.pictures(),
            campaign,
            outbox: outbox.to_owned(),
            server: url.to_owned(),
            store: folder.to_owned(),
            citizen: None,
            _folder: None,
        };
        journey.reopen().await;
        journey
    }

    /// Ends the app without notice, as the system does, and opens it again.
    pub async fn reopen(&mut self) {
        drop(self.citizen.take());
        let until = Instant::now() + Duration::from_secs(5);
        self.citizen = loop {
            match Citizen::open(&self.server, &self.store).await {
                Ok(mut citizen) => {
                    citizen.source = Source::Camera;
                    break Some(citizen);
                }
                // A server that is being started is a fork of this process for a moment, and holds
                // the store's lock until it executes the server's program.
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

    fn citizen(&self) -> &Citizen {
        self.citizen.as_ref().expect("the app is open")
    }

    /// The app's state.
    pub async fn state(&self) -> AppState {
        self.citizen().state().await.expect("the app knows")
    }

    /// The state without values that change by themselves (seconds left, reasons for waiting), to
    /// compare it.
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

    /// Takes one step. A step that needs the server fails if it does not answer.
    pub async fn take(&self, step: Step) -> Result<(), Problem> {
        let (citizen, pictures) = (self.citizen(), &self.pictures);
        match step {
            Step::Notice => citizen.accept_notice().await,
            Step::ActivationFront => citizen.put_activation_front(&pictures.front).await,
            Step::AskForCode => citizen.ask_for_code(&self.name.email()).await,
            Step::TypeCode => {
                let code = mailbox::wait_for_code(&self.outbox, &self.name.email(), 1);
                citizen.type_code(&code.to_string()).await
            }
            Step::LookForCampaign => {
                let view = citizen.campaigns().await?;
                let found = view.campaigns.iter().any(|c| c.id == self.campaign);
                match view.problem {
                    None => assert!(found, "the campaign is open"),
                    Some(problem) => return Err(problem),
                }
                Ok(())
            }
            Step::Begin => citizen.begin_draft(&self.campaign).await,
            Step::Model => citizen.choose_model(self.name.person().model).await,
            Step::Front => citizen.put(PartName::Front, &pictures.front).await,
            Step::Back => citizen.put(PartName::Back, &pictures.back).await,
            Step::Confirm => citizen.confirm_reading().await,
            Step::Selfie => citizen.put(PartName::Selfie, &pictures.selfie).await,
            Step::Sign => citizen.sign(&pictures.signature).await,
            Step::Send => {
                let draft = self.state().await.draft.expect("a draft to send");
                assert_eq!(draft.step, DraftStep::Summary, "everything is there");
                citizen.send().await.map(|_| ())
            }
            Step::Queue => {
                let apoyo = self.apoyo().await.apoyo;
                citizen.retry(apoyo).await?;
                match self.apoyo().await.queue {
                    QueueState::Receipted { .. } => Ok(()),
                    QueueState::Waiting {
                        problem: Some(problem),
                        ..
                    }
                    | QueueState::Refused { problem } => Err(problem),
                    other => panic!("a pass has ended: {other:?}"),
                }
            }
            Step::Status => {
                citizen.refresh_statuses().await?;
                match self.apoyo().await.queue {
                    QueueState::Receipted {
                        status: Some(_), ..
                    } => Ok(()),
                    _ => Err(Problem::new(PhoneCode::ServerUnreachable)),
                }
            }
        }
    }

    /// Takes every step from `from` to `to`, inclusive; none may fail.
    pub async fn take_all(&self, from: Step, to: Step) {
        for step in Step::ALL.into_iter().filter(|s| (from..=to).contains(s)) {
            let taken = self.take(step).await;
            taken.unwrap_or_else(|problem| panic!("{step:?}: {problem}"));
        }
    }
}
