//! A world for one story: a data folder with processes, campaigns and a roll, and the server
//! that runs on it.

mod ends;
mod setting;
mod usual;

pub use crate::campaigns::campaign;
pub use ends::LooseEnd;
pub use setting::Setting;
pub use usual::roll_csv;

use crate::{
    faults::MovableClock,
    mailbox,
    people::Name,
    rows::Rows,
    server::{self, Launch, ServerProcess},
    wire::{Answer, Draft, Phone, Wire},
};
use protocol::{
    activation::{ActivationBegun, ActivationCompleted, CompleteActivation},
    apoyos::{ApoyoState, Status},
    environment::SystemEntropy,
    ids::{ActivationId, ApoyoId, CampaignId, Sha256Hash},
    receipt::SignedReceipt,
    tally::Tally,
};
use std::{
    path::{Path, PathBuf},
    process::Output,
    time::{Duration, Instant},
};

/// How long a verdict may take on a busy machine.
const VERDICT: Duration = Duration::from_secs(45);

/// A data folder and the server on it. Dropping it stops the server and fails the test if apoyos wait
/// for a verdict, mail is unsent, pictures are unreferenced, `doctor` reports a fault or personal data
/// is in the log, unless [`TestWorld::leaves`] has allowed that.
pub struct TestWorld {
    /// The temporary folder. The data folder is in it unless the setting names another.
    _folder: tempfile::TempDir,
    launch: Launch,
    server: Option<ServerProcess>,
    left: Vec<LooseEnd>,
    said: String,
}

impl TestWorld {
    /// The usual world: see [`Setting::default`].
    pub fn new() -> Self {
        Setting::default().start()
    }

    fn running(&self) -> &ServerProcess {
        self.server.as_ref().expect("the server runs")
    }

    /// The server's address.
    pub fn url(&self) -> String {
        format!("http://{}", self.running().address())
    }

    /// The running server.
    pub fn server(&mut self) -> &mut ServerProcess {
        self.server.as_mut().expect("the server runs")
    }

    /// A client that speaks by hand.
    pub fn wire(&self) -> Wire {
        Wire::new(&self.url())
    }

    /// A client of the listener for operators.
    pub fn operators(&self) -> Wire {
        Wire::new(&format!("http://{}", self.running().operators()))
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.launch.data
    }

    /// The folder of mails if no relay is configured.
    pub fn outbox(&self) -> PathBuf {
        self.data().join("outbox")
    }

    /// Allows this loose end, with the reason.
    pub fn leaves(&mut self, end: LooseEnd, _because: &str) {
        self.left.push(end);
    }

    /// Changes the settings of the next start.
    pub fn launch(&mut self) -> &mut Launch {
        &mut self.launch
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        let server = self.server.take().expect("the server runs");
        self.said += &server.said();
        server.kill().expect("a child can be killed");
    }

    /// Stops the server as an operator does; it has to end well.
    pub fn stop(&mut self) {
        let server = self.server.take().expect("the server runs");
        let (status, said) = server.stop().expect("a child can be stopped");
        self.said += &said;
        assert!(status.success(), "the server ended with {status}:\n{said}");
    }

    /// Starts it again, on another port.
    pub fn start(&mut self) {
        assert!(self.server.is_none(), "the server runs already");
        self.server = Some(self.launch.start().expect("the server starts"));
    }

    /// The server is off until its clock is this much ahead of the true time. It believes that,
    /// up to a week; a clock that leaps while it runs it does not believe.
    pub fn off_until(&mut self, clock: &MovableClock, ahead: Duration) {
        self.stop();
        clock.ahead(ahead).expect("the clock can be moved");
        self.start();
    }

    /// Runs one of the server's commands on this data folder.
    pub fn apoyo<const N: usize>(&self, arguments: [&str; N]) -> Output {
        server::apoyo_under(&self.launch.environment, self.data(), arguments)
            .expect("the command runs")
    }

    /// The numbers of rows in the database.
    pub fn rows(&self) -> Rows {
        Rows::of(self.data())
    }

    /// Activates a phone for this person.
    pub async fn activate(&self, name: Name) -> Phone {
        let pictures = name.pictures();
        self.activate_as(&name.email(), &pictures.front).await
    }

    /// Activates a phone with this address and front picture.
    pub async fn activate_as(&self, email: &str, front: &[u8]) -> Phone {
        let before = mailbox::letters(&self.outbox())
            .expect("the outbox can be read")
            .iter()
            .filter(|letter| letter.to == email)
            .count();
        let (phone, id) = self.begin(email, front).await;
        let code = mailbox::wait_for_code(&self.outbox(), email, before + 1);
        let complete = CompleteActivation {
            code,
            attempt: attempt(),
        };
        let answer = self.wire().complete(&phone, id, &complete).await;
        // A mail is in the outbox folder a moment before the server has recorded that.
        self.mailed().await;
        activated(phone, &answer)
    }

    /// Asks for a code: the phone, signing as the activation from now on.
    pub async fn begin(&self, email: &str, front: &[u8]) -> (Phone, ActivationId) {
        let phone = Phone::new();
        let begin = phone.begin(email, front);
        let answer = self.wire().begin(&phone, &begin).await;
        let begun: ActivationBegun = answer.json(202);
        assert_eq!(begun.activation, begin.activation);
        (phone.named(begin.activation), begin.activation)
    }

    /// Uploads the pictures that the server does not have yet.
    pub async fn upload(&self, phone: &Phone, draft: &Draft) {
        for part in &draft.sealed_parts(phone) {
            let answer = self.wire().put_blob(phone, part).await;
            assert!(answer.is_success(), "{}: {}", answer.status, answer.text());
        }
    }

    /// Uploads and sends; returns the answer.
    pub async fn send(&self, phone: &Phone, draft: &Draft) -> Answer {
        self.upload(phone, draft).await;
        let body = draft.body(phone);
        self.wire().put_apoyo(phone, draft.id, &body).await
    }

    /// Uploads and sends; returns the verified receipt.
    pub async fn give(&self, phone: &Phone, draft: &Draft) -> SignedReceipt {
        receipt_of(phone, &self.send(phone, draft).await)
    }

    /// The apoyo of `name`'s honest phone for this campaign.
    pub fn draft(&self, name: Name, campaign: &CampaignId) -> Draft {
        Draft::new(campaign, name.person().model, &name.pictures())
    }

    /// The state of an apoyo once the worker has judged it.
    pub async fn judged(&self, phone: &Phone, id: ApoyoId) -> ApoyoState {
        let until = Instant::now() + VERDICT;
        loop {
            let path = format!("/v1/apoyos/{id}");
            let state: ApoyoState = self.wire().get_signed(phone, &path).await.json(200);
            if state.status != Status::Received {
                return state;
            }
            assert!(Instant::now() < until, "no verdict for {id}");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Waits until every apoyo has a verdict.
    pub async fn settled(&self) {
        let until = Instant::now() + VERDICT;
        while self.rows().pending > 0 {
            assert!(
                Instant::now() < until,
                "{} wait for a verdict",
                self.rows().pending
            );
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Waits until the server has recorded that every mail was sent.
    pub async fn mailed(&self) {
        let until = Instant::now() + VERDICT;
        while self.rows().mails_waiting > 0 {
            assert!(
                Instant::now() < until,
                "{} mails wait",
                self.rows().mails_waiting
            );
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// The whole and exact tally, as only operators see it.
    pub fn exact_tally(&self, campaign: &CampaignId) -> Tally {
        let told = self.apoyo(["tally", campaign.as_str(), "--json"]);
        serde_json::from_slice(&told.stdout).expect("a tally")
    }

    /// The tally as everybody sees it; its numbers have to add up.
    pub async fn tally(&self, campaign: &CampaignId) -> Tally {
        let tally: Tally = self.wire().tally(campaign).await.json(200);
        ends::adds_up(&tally);
        tally
    }
}

impl Default for TestWorld {
    fn default() -> Self {
        Self::new()
    }
}

/// The id of one try of a code.
pub fn attempt() -> Sha256Hash {
    let mut bytes = [0; 32];
    protocol::environment::Entropy::fill(&SystemEntropy, &mut bytes);
    Sha256Hash::from_bytes(bytes)
}

/// The activated phone, from the answer to `…/complete`.
#[track_caller]
pub fn activated(phone: Phone, answer: &Answer) -> Phone {
    let completed: ActivationCompleted = answer.json(200);
    let keys = completed.sealing.verify(&completed.receipt_key);
    Phone {
        sealing: Some(keys.expect("the server's own signature").clone()),
        device: Some(completed.device),
        receipt_key: Some(completed.receipt_key),
        ..phone.named(completed.device)
    }
}

/// The receipt in an answer, verified as the app does.
#[track_caller]
pub fn receipt_of(phone: &Phone, answer: &Answer) -> SignedReceipt {
    assert!(answer.is_success(), "{}: {}", answer.status, answer.text());
    let receipt: SignedReceipt = answer.json(answer.status);
    let key = phone.receipt_key.expect("this phone was activated");
    receipt.verify(&key).expect("the server's own signature");
    receipt
}
