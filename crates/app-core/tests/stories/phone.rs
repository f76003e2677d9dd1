//! A person's phone: the real app over a folder, opened and killed at will.

use crate::{
    server::{
        CODE, Server,
        socket::{AUTHORITY, Socket},
    },
    signin::{PretendBrowser, pretend},
};
use app_core::{
    Answer, App, AppCode, Config, Door, Ports, Problem,
    adapters::{ReqwestHttp, SoftwareKey, SoftwareStorageKey, ToldNetwork},
    doors::Source,
    ports::NetworkKind,
    views::{ActivationView, AppState, DraftStep},
};
use bytes::Bytes;
use cards::{
    Person, draw,
    photograph::{self, Level, Size},
};
use chrono::{DateTime, TimeDelta, Utc};
use protocol::{
    activation::Language,
    apoyos::{PartName, SignatureKind},
    campaigns::{Campaign, Demarcation, ProcessKind},
    environment::{Clock, SystemEntropy, Timestamp},
    ids::CampaignId,
};
use serde::de::DeserializeOwned;
use std::sync::{Arc, LazyLock, Mutex};

/// A clock that the test sets.
pub struct SetClock(pub Mutex<Timestamp>);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// All pictures of one person.
pub struct Scene {
    pub person: Person,
    pub front: Bytes,
    pub back: Bytes,
    pub selfie: Bytes,
    pub signature: Bytes,
}

impl Scene {
    fn of(seed: u64) -> Self {
        let person = Person::synthetic(seed, 0);
        let take = |card, nth| {
            let seed = photograph::seed_for(&person, nth);
            let photo = photograph::take(card, Level::Easy, Size::TwoMegapixels, seed);
            Bytes::from(photograph::jpeg(&photo, 92))
        };
        Self {
            front: take(&draw::front(&person, person.model, draw::DEFAULT_DPI), 0),
            back: take(&draw::back(&person, person.model, draw::DEFAULT_DPI), 1),
            selfie: Bytes::from(photograph::jpeg(&draw::selfie(&person), 90)),
            signature: Bytes::from(draw::png(&draw::signature(&person))),
            person,
        }
    }
}

/// Lupita's credential, face and hand.
pub static LUPITA: LazyLock<Scene> = LazyLock::new(|| Scene::of(1));
/// Another person's.
pub static RAMON: LazyLock<Scene> = LazyLock::new(|| Scene::of(7));

pub fn start() -> Timestamp {
    DateTime::<Utc>::from_timestamp(1_800_000_000, 0).unwrap()
}

pub fn campaign(id: &str, title: &str, requester: &str) -> Campaign {
    Campaign {
        id: id.parse().unwrap(),
        process: "agua-2027".parse().unwrap(),
        process_name: "Consulta del agua".into(),
        kind: ProcessKind::ConsultaPopular,
        title: title.into(),
        requester: requester.into(),
        description: "Para que el agua sea pública en todo el país.".into(),
        demarcation: Demarcation::Pais,
        opens_at: start() - TimeDelta::days(1),
        closes_at: start() + TimeDelta::days(30),
        time_zone: None,
        required: 1_000,
        exclusivity: Some(protocol::campaigns::Exclusivity::Campaign),
    }
}

pub struct Phone {
    pub folder: tempfile::TempDir,
    pub server: Arc<Server>,
    pub clock: Arc<SetClock>,
    pub network: Arc<ToldNetwork>,
    pub browser: Arc<PretendBrowser>,
    pub pages: Option<u32>,
    /// Where the app finds its server.
    pub socket: Socket,
    /// Android's network: what it believes comes with the app.
    pub http: Arc<ReqwestHttp>,
    app: Option<App>,
}

impl Phone {
    /// A new phone and a server with two campaigns.
    pub async fn new() -> Self {
        let server = Server::new(start());
        server.inner().campaigns = vec![
            campaign("agua", "¿Agua pública?", "Ríos Vivos, A. C."),
            campaign("trenes", "¿Trenes de pasajeros?", "Rieles del Sur"),
        ];
        let socket = Socket::of(Arc::clone(&server), &AUTHORITY).await;
        let http = ReqwestHttp::bundled_and(AUTHORITY.pem.as_bytes()).unwrap();
        let mut phone = Self {
            folder: tempfile::tempdir().unwrap(),
            server,
            clock: Arc::new(SetClock(Mutex::new(start()))),
            network: Arc::new(ToldNetwork::taken_for(NetworkKind::Unmetered)),
            browser: pretend(),
            pages: None,
            socket,
            http: Arc::new(http),
            app: None,
        };
        phone.reopen().await;
        phone
    }

    pub fn ports(&self) -> Ports {
        Ports {
            device_key: Arc::new(SoftwareKey::in_folder(self.folder.path())),
            storage_key: Arc::new(SoftwareStorageKey::in_folder(self.folder.path())),
            http: self.http.clone(),
            network: self.network.clone(),
            browser: self.browser.clone(),
            clock: self.clock.clone(),
            entropy: Arc::new(SystemEntropy),
        }
    }

    pub fn config(&self) -> Config {
        let mut config = Config::new(self.folder.path(), &self.socket.address, "0.1.0").unwrap();
        config.store_pages = self.pages;
        config
    }

    /// Kills the app, if it runs, and opens it again.
    pub async fn reopen(&mut self) {
        self.kill();
        self.app = Some(App::open(self.ports(), self.config()).await.unwrap());
    }

    /// Opens the app again with other ports.
    pub async fn reopen_with(&mut self, ports: Ports) {
        self.kill();
        self.app = Some(App::open(ports, self.config()).await.unwrap());
    }

    pub fn kill(&mut self) {
        self.app = None;
    }

    pub fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    /// Opens a door, is killed at the prepared fault, and opens the app again.
    pub async fn killed_at(&mut self, door: Door) {
        let killing = self.server.killing.clone();
        tokio::select! {
            answer = self.app().open_door(door, None) => panic!("not killed: {answer:?}"),
            () = killing.notified() => {}
        }
        self.reopen().await;
    }

    pub async fn passes(&self, time: TimeDelta) {
        *self.clock.0.lock().unwrap() += time;
        *self.server.now.lock().unwrap() += time;
    }

    pub async fn door(&self, door: Door) -> Result<AppState, Problem> {
        self.ask(door, None).await
    }

    pub async fn show(&self, door: Door, picture: &Bytes) -> Result<AppState, Problem> {
        self.ask(door, Some(picture.clone())).await
    }

    pub async fn ask<T: DeserializeOwned>(
        &self,
        door: Door,
        picture: Option<Bytes>,
    ) -> Result<T, Problem> {
        match self.app().open_door(door, picture).await? {
            Answer::Json(value) => Ok(serde_json::from_value(value).unwrap()),
            Answer::Picture(_) | Answer::File(_) => panic!("bytes were not expected"),
        }
    }

    pub async fn state(&self) -> AppState {
        self.door(Door::State).await.unwrap()
    }

    pub async fn step(&self) -> DraftStep {
        self.state().await.draft.unwrap().step
    }

    pub async fn accept_notice(&self) {
        let version = app_core::notice::version().to_owned();
        self.door(Door::AcceptNotice { version }).await.unwrap();
    }

    pub async fn begin(&self, email: &str) -> Result<AppState, Problem> {
        self.door(Door::BeginActivation {
            email: email.to_owned().into(),
            email_again: email.to_owned().into(),
        })
        .await
    }

    pub async fn complete(&self, code: &str) -> Result<AppState, Problem> {
        let code = code.to_owned().into();
        self.door(Door::CompleteActivation { code }).await
    }

    /// Activates up to the code in the mail.
    pub async fn ask_for_code(&self) {
        self.accept_notice().await;
        let front = Door::PutActivationFront {
            source: Source::Camera,
        };
        self.show(front, &LUPITA.front).await.unwrap();
        self.begin("lupita@ejemplo.mx").await.unwrap();
    }

    pub async fn activate(&self) {
        self.ask_for_code().await;
        let state = self.complete(CODE).await.unwrap();
        assert!(matches!(state.activation, ActivationView::Active { .. }));
    }

    pub async fn put(&self, part: PartName, picture: &Bytes) -> Result<AppState, Problem> {
        let door = Door::PutPicture {
            part,
            source: Source::Camera,
            anyway: false,
        };
        self.show(door, picture).await
    }

    pub async fn begin_draft(&self, campaign: &str) -> Result<AppState, Problem> {
        let campaign: CampaignId = campaign.parse().unwrap();
        self.door(Door::BeginDraft { campaign }).await
    }

    /// Takes the next step of the draft.
    pub async fn take_step(&self, scene: &Scene) -> Result<AppState, Problem> {
        match self.step().await {
            DraftStep::Model => {
                let model = scene.person.model;
                self.door(Door::ChooseModel { model }).await
            }
            DraftStep::Front => self.put(PartName::Front, &scene.front).await,
            DraftStep::Back => self.put(PartName::Back, &scene.back).await,
            DraftStep::Reading => self.door(Door::ConfirmReading).await,
            DraftStep::Selfie => self.put(PartName::Selfie, &scene.selfie).await,
            DraftStep::Signature => {
                let kind = SignatureKind::Drawn;
                self.show(Door::PutSignature { kind }, &scene.signature)
                    .await
            }
            DraftStep::Summary => self.send().await,
        }
    }

    pub async fn send(&self) -> Result<AppState, Problem> {
        self.door(Door::Send {
            consent: true,
            notice_version: app_core::notice::version().to_owned(),
        })
        .await
    }

    /// A whole draft, up to the summary.
    pub async fn prepare(&self, campaign: &str, scene: &Scene) {
        self.begin_draft(campaign).await.unwrap();
        while self.step().await != DraftStep::Summary {
            self.take_step(scene).await.unwrap();
        }
    }
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> AppCode {
    result.expect_err("a refusal was expected").code
}

/// The other language; stories are in Spanish by default.
pub const ENGLISH: Language = Language::En;
