//! A server in this process.

use crate::{given::process_of, phone::Phone};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use backend::{
    app::{App, StorageAlarm},
    config::{Config, ReviewKey},
    metrics::Metrics,
    providers,
    router::{operators, router},
};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta};
use http_body_util::BodyExt;
use protocol::{
    activation::{ActivationCode, ActivationCompleted},
    apoyos::PartName,
    campaigns::{Demarcation, ProcessKind},
    code::{Code, Problem},
    environment::{Clock, Entropy, SystemEntropy, Timestamp},
    ids::{ActivationId, ApoyoId, Sha256Hash},
    seal::{Binding, SealedPart, SealingPurpose, seal_bytes},
    work::WorkDone,
};
use server_core::{
    Core, Parts,
    attestation::Attestor,
    clock::{SteadyClock, Ticks},
    keys::{
        Keys,
        sealing::{self, HeldKeys, read_or_make},
    },
    limits::Limiters,
    mail::outbox::readable,
    ports::FreeSpace,
    recall,
};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};
use storage::{
    Engine,
    blobs::{BlobStore, local::LocalBlobs},
    campaigns::{Exclusivity, NewCampaign, NewProcess},
    clock::Mark,
    mail::DueMail,
    sqlite::SqliteStorage,
};
use tower::ServiceExt;

/// The first of March 2027, noon in Mexico City.
pub const BEGINNING: &str = "2027-03-01T18:00:00Z";
/// A version of the privacy notice.
pub const NOTICE: &str = "0123456789abcdef";

/// A clock that only moves when told to.
pub struct StandingClock(AtomicI64);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Time that only passes when told to, whatever the clock says.
#[derive(Clone)]
struct Passed(Arc<AtomicI64>);

impl Ticks for Passed {
    fn ticks(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst).unsigned_abs())
    }
}

/// Deterministic randomness.
pub struct LoadedDice(AtomicU64);

impl Entropy for LoadedDice {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let draw = self.0.fetch_add(1, Ordering::SeqCst);
            let drawn = Sha256Hash::of(&draw.to_be_bytes());
            chunk.copy_from_slice(&drawn.as_bytes()[..chunk.len()]);
        }
    }
}

/// A disk with the story's amount of free space.
pub struct ToldDisk(pub AtomicU64);

impl FreeSpace for ToldDisk {
    fn free_bytes(&self) -> Option<u64> {
        Some(self.0.load(Ordering::SeqCst))
    }
}

pub struct World {
    pub core: Arc<Core>,
    pub config: Config,
    pub disk: Arc<ToldDisk>,
    pub folder: Arc<tempfile::TempDir>,
    broke: Arc<Mutex<Vec<String>>>,
    clock: Arc<StandingClock>,
    passed: Passed,
    /// What makes a steady time of the clock, in the stories of a clock that leaps.
    pub steady: Option<Arc<SteadyClock>>,
    router: Router,
    operators: Router,
}

impl Drop for World {
    /// No story may end with a storage that broke.
    fn drop(&mut self) {
        let broke = self.broke.lock().unwrap();
        assert!(broke.is_empty() || std::thread::panicking(), "{broke:?}");
    }
}

/// An answer of the server.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    #[track_caller]
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The problem, after checking what every refusal must have.
    #[track_caller]
    pub fn problem(&self) -> Problem {
        assert_eq!(
            self.headers[header::CONTENT_TYPE],
            "application/problem+json"
        );
        let problem: Problem = self.json();
        assert_eq!(self.status, backend::http::problem::status(problem.code));
        assert!(problem.message.is_some(), "a person is told what to do");
        problem
    }

    #[track_caller]
    pub fn is_refused_with(&self, code: Code) {
        assert_eq!(self.problem().code, code);
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}, false).await
    }

    pub async fn with(change: impl FnOnce(&mut Config), demo: bool) -> Self {
        Self::over(change, demo, None).await
    }

    /// A server that compares its clock with the time that passes, and had run until `mark`.
    pub async fn steady(mark: Option<Mark>) -> Self {
        Self::over(|_| {}, false, Some(mark)).await
    }

    async fn over(
        change: impl FnOnce(&mut Config),
        demo: bool,
        steady: Option<Option<Mark>>,
    ) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let beginning: Timestamp = BEGINNING.parse().unwrap();
        let clock = Arc::new(StandingClock(AtomicI64::new(beginning.timestamp_millis())));
        let mut config = Config {
            // Stories read a tally right after they have moved it.
            tally_kept_ms: 0,
            ..Config::default()
        };
        change(&mut config);
        let world = Self::open(folder, config, clock, demo, steady).await;
        world.campaigns().await;
        world
    }

    /// The same folder in another process, without the memory of the last one.
    pub async fn restarted(self) -> Self {
        let folder = self.folder.clone();
        let (config, clock) = (self.config.clone(), self.clock.clone());
        recall::write_all_down(&self.core).await.unwrap();
        drop(self);
        Self::open(folder, config, clock, false, None).await
    }

    async fn open(
        folder: Arc<tempfile::TempDir>,
        config: Config,
        clock: Arc<StandingClock>,
        demo: bool,
        steady: Option<Option<Mark>>,
    ) -> Self {
        let blobs: Arc<dyn BlobStore> =
            Arc::new(LocalBlobs::open(&folder.path().join("blobs")).unwrap());
        let storage = SqliteStorage::open(folder.path(), blobs.clone())
            .await
            .unwrap();
        let lock = storage.lock_for_serving().await.unwrap();
        storage.recover_blobs(&lock).await.unwrap();
        let passed = Passed(Arc::default());
        let steady = steady.map(|mark| {
            let ticks = Box::new(passed.clone());
            Arc::new(SteadyClock::since(mark, clock.clone(), ticks))
        });
        let time: Arc<dyn Clock> = match &steady {
            Some(steady) => steady.clone(),
            None => clock.clone(),
        };
        let broke = Arc::new(Mutex::new(Vec::new()));
        let disk = Arc::new(ToldDisk(AtomicU64::new(u64::MAX / 4)));
        let keys = Keys::of(&[1; 32], &[2; 32], &[3; 32], &[4; 32]);
        let sealing = sealing_keys(&folder, &keys, &config, clock.now());
        let metrics = Arc::new(Metrics::default());
        let core = Core::new(Parts {
            storage: Arc::new(storage),
            blobs,
            clock: time.clone(),
            entropy: Arc::new(LoadedDice(AtomicU64::new(0))),
            keys,
            tagger: None,
            sealing,
            attestor: Attestor::new(config.attestation.our_apps(), folder.path()),
            providers: providers::of(&config).unwrap(),
            rules: config.rules(),
            limits: Limiters::new(&config.limits.numbers(), time),
            events: metrics.clone(),
            room: disk.clone(),
        });
        recall::recall(&core).await.unwrap();
        let alarm = StorageAlarm(Arc::new({
            let broke = broke.clone();
            move |what| broke.lock().unwrap().push(what.to_owned())
        }));
        let app = App::new(core.clone(), metrics, &config, folder.path(), demo, alarm);
        Self {
            operators: operators(app.clone()),
            router: router(app),
            core,
            config,
            disk,
            folder,
            broke,
            clock,
            passed,
            steady,
        }
    }

    /// A person may back both `agua` (whole country) and `cdmx`; `naranjo` and `roble` exclude each
    /// other. All are open from the first of February to the first of April.
    async fn campaigns(&self) {
        let storage = &self.core.storage;
        for (id, exclusivity) in [
            ("consultas", Exclusivity::Campaign),
            ("presidencia", Exclusivity::Process),
        ] {
            let process = NewProcess {
                id: id.parse().unwrap(),
                name: id.to_owned(),
                kind: ProcessKind::ConsultaPopular,
                exclusivity,
            };
            storage.create_process(process).await.unwrap();
        }
        let cdmx = credential::Entidad::from_number(9).unwrap();
        for (id, process, demarcation) in [
            ("agua", "consultas", Demarcation::Pais),
            ("cdmx", "consultas", Demarcation::Entidad { entidad: cdmx }),
            ("naranjo", "presidencia", Demarcation::Pais),
            ("roble", "presidencia", Demarcation::Pais),
        ] {
            let campaign = NewCampaign {
                id: id.parse().unwrap(),
                process: process.parse().unwrap(),
                title: format!("Título de {id}"),
                requester: format!("Solicitante de {id}"),
                description: "De qué trata.".to_owned(),
                demarcation,
                opens_at: "2027-02-01T06:00:00Z".parse().unwrap(),
                closes_at: "2027-04-01T06:00:00Z".parse().unwrap(),
                time_zone: None,
                required: 100,
            };
            storage.create_campaign(campaign).await.unwrap();
        }
    }

    /// The reviewers bring their key, and the server loads it.
    pub fn bring_review_key(&self) {
        let theirs = self.folder.path().join("reviewers/keys/sealing");
        for file in std::fs::read_dir(theirs).unwrap() {
            let file = file.unwrap();
            let here = self
                .folder
                .path()
                .join("keys/sealing")
                .join(file.file_name());
            std::fs::copy(file.path(), here).unwrap();
        }
        server_core::judging::take_up(&self.core, self.folder.path());
    }

    /// A part of an apoyo for this campaign, sealed as a phone does it.
    pub fn sealed(
        &self,
        campaign: &str,
        apoyo: ApoyoId,
        part: SealedPart,
        plain: &[u8],
    ) -> Vec<u8> {
        let process = process_of(campaign).parse().unwrap();
        let binding = Binding {
            process: &process,
            apoyo,
            part,
        };
        let held = self.core.sealing();
        let key = held.announced().keys.key(part.purpose());
        seal_bytes(key, &binding, plain, &SystemEntropy).unwrap()
    }

    /// A sealed picture of an arbitrary apoyo.
    pub fn sealed_picture(&self, picture: &[u8]) -> Vec<u8> {
        let part = SealedPart::Picture(PartName::Front);
        self.sealed("agua", ApoyoId::from_bytes([1; 16]), part, picture)
    }

    /// A solved proof of work of few tries.
    pub fn work_for(&self, activation: ActivationId) -> WorkDone {
        let ends = self.core.now() + TimeDelta::minutes(10);
        let keys = &self.core.keys;
        let asked = keys.ask_work(activation, ends, 4, &SystemEntropy);
        asked.unwrap().solve().unwrap()
    }

    pub fn pass(&self, time: TimeDelta) {
        let passed = &self.passed.0;
        passed.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
        self.leap(time);
    }

    /// The machine's clock is set, and no time passes.
    pub fn leap(&self, time: TimeDelta) {
        self.clock
            .0
            .fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }

    /// What the machine's clock says.
    pub fn wall(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        Self::answer(&self.router, request).await
    }

    async fn answer(router: &Router, request: Request<Body>) -> Answer {
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// A request on the operators' listener.
    pub async fn ask_operators(&self, path: &str) -> Answer {
        let request = Request::get(path).body(Body::empty()).unwrap();
        Self::answer(&self.operators, request).await
    }

    pub async fn mails(&self) -> Vec<DueMail> {
        let now = self.core.now();
        let due = self.core.storage.due_mails(now, 100).await.unwrap();
        let read = due.iter().map(|mail| readable(&self.core, mail));
        read.collect::<Result<_, _>>().unwrap()
    }

    /// The code in the newest mail to this address.
    pub async fn code_for(&self, email: &str) -> ActivationCode {
        let mails = self.mails().await;
        let mail = mails
            .iter()
            .rfind(|due| due.mail.to.expose() == email)
            .unwrap();
        let text = mail.mail.text.expose();
        text.lines().find_map(|line| line.parse().ok()).unwrap()
    }

    /// A phone that went through the whole activation.
    pub async fn activated_phone(&self, email: &str) -> Phone {
        let mut phone = Phone::new();
        let answer = phone.begin(self, email).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        let code = self.code_for(email).await;
        let answer = phone.complete(self, &code.to_string()).await;
        let completed: ActivationCompleted = answer.json();
        phone.device = completed.device.to_string();
        phone.receipt_key = Some(completed.receipt_key);
        phone
    }
}

/// The keys of a server that starts for the first time; with the review key on a machine of
/// its own, if the configuration says so.
fn sealing_keys(
    folder: &tempfile::TempDir,
    signer: &Keys,
    config: &Config,
    now: Timestamp,
) -> HeldKeys {
    let here = config.sealing.review == ReviewKey::Here;
    if !here {
        let reviewers = folder.path().join("reviewers");
        let made =
            sealing::rotate(&reviewers, SealingPurpose::Review, now, &SystemEntropy).unwrap();
        let told = sealing::export(&made);
        sealing::import(folder.path(), &told, &SystemEntropy).unwrap();
    }
    let (keys, _) = read_or_make(folder.path(), here, false, now, &SystemEntropy).unwrap();
    HeldKeys::of(keys, signer, folder.path()).unwrap()
}
