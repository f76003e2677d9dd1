//! The server of the stories, behind TLS: it implements the documented interface, really verifies
//! every signature, and misbehaves on demand.

mod answers;
pub mod socket;

use crate::{sealing::Sealing, signin::Asked};
use app_core::{
    adapters::ToldNetwork,
    ports::{Method, NetworkKind, Request, Response, Unreachable},
};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use protocol::{
    activation::{ActivationCompleted, BeginActivation, MailFate},
    apoyos::{PartName, Payload, Status, Submission},
    campaigns::Campaign,
    code::{Code, Problem},
    devices::{DevicePublicKey, SIGNATURE_HEADER, request_bytes},
    environment::Timestamp,
    ids::{ApoyoId, DeviceId, Sha256Hash},
    receipt::ReceiptPublicKey,
    seal::announced::SignedSealingKeys,
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::sync::Notify;

/// The code in every mail of this server.
pub const CODE: &str = "7K2M-Q9RX";

/// How one request fails.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It never arrives.
    Unreachable,
    /// The server handles it, and the answer is lost.
    AnswerLost,
    /// It never arrives, and the app is killed while it waits.
    KilledBefore,
    /// The server handles it, and the app is killed before the answer arrives.
    KilledAfter,
    /// It is answered with this problem and not handled.
    Answer(u16, Problem),
    /// It waits for a gate, and is then handled.
    Held(Arc<Gate>),
    /// The page of a captive portal is answered.
    CaptivePortal,
    /// The receipt names other content than was sent.
    AlteredReceipt,
    /// The receipt is signed with another key.
    ForeignReceipt,
}

/// Holds one request back until it is opened.
#[derive(Debug, Default)]
pub struct Gate {
    reached: Notify,
    opened: Notify,
}

impl Gate {
    pub async fn reached(&self) {
        self.reached.notified().await;
    }

    pub fn open(&self) {
        self.opened.notify_one();
    }
}

/// After this many parts the phone is in another network.
type Wander = (usize, Arc<ToldNetwork>, NetworkKind);

struct Rule {
    method: Method,
    path: &'static str,
    fault: Fault,
    skip: usize,
    times: usize,
}

/// The request that began an activation, the attempt that completed it, and the tries left.
type Begun = (BeginActivation, Option<(String, ActivationCompleted)>, u8);

/// How the server says that it does not serve a device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ending {
    /// With its own key.
    #[default]
    Signed,
    /// As a server on the wrong folder, or somebody in between.
    Unsigned,
    /// As another server.
    ByAnotherKey,
}

#[derive(Default)]
pub struct Inner {
    rules: Vec<Rule>,
    pub requests: Vec<(Method, String)>,
    begun: HashMap<String, Begun>,
    devices: HashMap<DeviceId, DevicePublicKey>,
    pub revoked: HashSet<DeviceId>,
    pub answers_to_strangers: Ending,
    pub blobs: HashMap<Sha256Hash, Bytes>,
    pub apoyos: HashMap<ApoyoId, (Bytes, Bytes, DeviceId)>,
    pub campaigns: Vec<Campaign>,
    pub status: Option<Status>,
    /// Numbers that are left out, as after a recovery.
    pub left_out: u64,
    pub mails: Vec<String>,
    pub mail: MailFate,
    wander: Option<Wander>,
    in_flight: usize,
    pub most_in_flight: usize,
}

pub struct Server {
    inner: Mutex<Inner>,
    receipts: Ed25519KeyPair,
    pub sealing: Sealing,
    pub signin: Mutex<Asked>,
    pub now: Mutex<Timestamp>,
    /// Notified when a kill swallowed a request.
    pub killing: Arc<Notify>,
}

impl Server {
    pub fn new(now: Timestamp) -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::default(),
            receipts: Ed25519KeyPair::generate().unwrap(),
            sealing: Sealing::new(),
            signin: Mutex::default(),
            now: Mutex::new(now),
            killing: Arc::default(),
        })
    }

    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// The next request of this method to a path with this prefix fails.
    pub fn once(&self, method: Method, path: &'static str, fault: Fault) {
        self.fail(method, path, fault, 0, 1);
    }

    /// `times` requests fail after `skip` that succeed.
    pub fn fail(
        &self,
        method: Method,
        path: &'static str,
        fault: Fault,
        skip: usize,
        times: usize,
    ) {
        self.inner().rules.push(Rule {
            method,
            path,
            fault,
            skip,
            times,
        });
    }

    /// The next such request after `skip` waits until the gate is opened.
    pub fn hold(&self, method: Method, path: &'static str, skip: usize) -> Arc<Gate> {
        let gate = Arc::new(Gate::default());
        self.fail(method, path, Fault::Held(gate.clone()), skip, 1);
        gate
    }

    /// Changes the phone's network once the server has this many parts.
    pub fn when_parts(&self, parts: usize, network: Arc<ToldNetwork>, kind: NetworkKind) {
        self.inner().wander = Some((parts, network, kind));
    }

    /// Every request fails until [`Server::back`].
    pub fn away(&self) {
        for method in [
            Method::Get,
            Method::Head,
            Method::Put,
            Method::Post,
            Method::Delete,
        ] {
            self.fail(method, "/", Fault::Unreachable, 0, usize::MAX);
        }
    }

    /// An older backup is put back: devices and apoyos since then are gone.
    pub fn put_backup_back(&self, devices: bool) {
        let mut inner = self.inner();
        inner.left_out += 1_000;
        inner.apoyos.clear();
        inner.blobs.clear();
        if !devices {
            inner.devices.clear();
        }
    }

    pub fn back(&self) {
        self.inner().rules.clear();
    }

    pub fn count(&self, method: Method, path: &str) -> usize {
        self.inner()
            .requests
            .iter()
            .filter(|(m, p)| *m == method && p.starts_with(path))
            .count()
    }

    pub fn receipt_key(&self) -> ReceiptPublicKey {
        let bytes: [u8; 32] = self.receipts.public_key().as_ref().try_into().unwrap();
        ReceiptPublicKey::from_bytes(bytes)
    }

    /// The submissions that were recorded, with their fields opened.
    pub fn submissions(&self) -> Vec<(Submission, Payload)> {
        self.inner()
            .apoyos
            .values()
            .map(|(body, _, _)| {
                let submission: Submission = serde_json::from_slice(body).unwrap();
                let payload = self.sealing.payload(&submission);
                (submission, payload)
            })
            .collect()
    }

    /// The pictures of a recorded apoyo, opened as Mesa de Control would.
    pub fn pictures(&self, submission: &Submission) -> Vec<(PartName, Vec<u8>)> {
        let inner = self.inner();
        let parts = submission.manifest.parts.iter();
        parts
            .map(|part| {
                let sealed = &inner.blobs[&part.sha256];
                let jpeg = self.sealing.picture(submission, part.name, sealed);
                (part.name, jpeg)
            })
            .collect()
    }

    /// The server's sealing keys, signed.
    pub fn announced(&self) -> SignedSealingKeys {
        self.sealing.announced(&self.receipts)
    }

    fn fault(&self, method: Method, path: &str) -> Option<Fault> {
        let mut inner = self.inner();
        for rule in &mut inner.rules {
            if rule.method == method && path.starts_with(rule.path) && rule.times > 0 {
                if rule.skip > 0 {
                    rule.skip -= 1;
                    continue;
                }
                rule.times -= 1;
                return Some(rule.fault.clone());
            }
        }
        None
    }
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    let found = request.headers.iter().find(|(known, _)| *known == name);
    &found.unwrap_or_else(|| panic!("no {name}")).1
}

/// Verifies the signature as documented in `protocol::devices`.
pub fn check(
    request: &Request,
    path: &str,
    key: &DevicePublicKey,
    body: Option<Sha256Hash>,
) -> Result<(), Problem> {
    let body = body.unwrap_or_else(|| Sha256Hash::of(&request.body));
    let message = request_bytes(request.method.as_str(), path, &body);
    let signature = URL_SAFE_NO_PAD
        .decode(header(request, SIGNATURE_HEADER))
        .unwrap();
    key.verify(&message, &signature)?;
    Ok(())
}

fn response(status: u16, body: Bytes, now: Timestamp) -> Response {
    Response {
        status,
        retry_after_s: None,
        date_ms: Some(now.timestamp_millis()),
        body,
    }
}

impl Server {
    /// Answers one request, whose address is the path alone. An error: the connection breaks off.
    async fn handle(&self, request: Request) -> Result<Response, Unreachable> {
        let path = request.url.clone();
        {
            let mut inner = self.inner();
            inner.requests.push((request.method, path.clone()));
            inner.in_flight += 1;
            inner.most_in_flight = inner.most_in_flight.max(inner.in_flight);
        }
        tokio::task::yield_now().await;
        let result = self.serve(&request, &path).await;
        self.inner().in_flight -= 1;
        result
    }

    async fn serve(&self, request: &Request, path: &str) -> Result<Response, Unreachable> {
        let now = *self.now.lock().unwrap();
        let lost = || Unreachable("lost".into());
        let fault = self.fault(request.method, path);
        match &fault {
            Some(Fault::Unreachable) => return Err(lost()),
            Some(Fault::KilledBefore) => {
                self.inner().in_flight -= 1;
                self.killing.notify_one();
                return std::future::pending().await;
            }
            Some(Fault::Answer(status, problem)) => {
                let body = serde_json::to_vec(problem).unwrap();
                return Ok(response(*status, body.into(), now));
            }
            Some(Fault::Held(gate)) => {
                gate.reached.notify_one();
                gate.opened.notified().await;
            }
            Some(Fault::CaptivePortal) => {
                return Ok(response(200, "<html>Inicie sesión</html>".into(), now));
            }
            _ => {}
        }
        let answer = match self.answer(request, path, fault.as_ref()) {
            Ok(body) => response(200, body, now),
            Err(problem) if request.method == Method::Head => {
                let status = if problem.code == Code::NotFound {
                    404
                } else {
                    401
                };
                response(status, Bytes::new(), now)
            }
            Err(problem) => response(409, serde_json::to_vec(&problem).unwrap().into(), now),
        };
        match fault {
            Some(Fault::AnswerLost) => Err(lost()),
            Some(Fault::KilledAfter) => {
                self.inner().in_flight -= 1;
                self.killing.notify_one();
                std::future::pending().await
            }
            _ => Ok(answer),
        }
    }
}
