//! A server that lives in the test: it keeps the documented interface, really verifies every
//! signature, and misbehaves when it is told to.

use crate::{sealing::Sealing, signin::Asked};
use app_core::{
    adapters::ToldNetwork,
    ports::{Http, Method, Network, NetworkKind, Request, Response, Unreachable},
};
use async_trait::async_trait;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use chrono::TimeDelta;
use protocol::{
    activation::{
        ActivationBegun, ActivationCompleted, ActivationState, BeginActivation, CompleteActivation,
        MailFate,
    },
    apoyo::{ApoyoState, PartName, Payload, Status, Submission},
    attestation::{Challenge, ChallengeGiven},
    campaign::{Campaign, CampaignList},
    code::{Code, Problem},
    device::{DevicePublicKey, KEY_HEADER, SIGNATURE_HEADER, request_bytes},
    environment::Timestamp,
    ids::{ApoyoId, DeviceId, Sha256Hash},
    receipt::{Folio, Receipt, ReceiptPublicKey, SignedReceipt},
    seal::announced::SignedSealingKeys,
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::sync::Notify;

/// The code in every mail of this server.
pub const CODE: &str = "7K2M-Q9RX";

/// How one request goes wrong.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It never arrives.
    Unreachable,
    /// It is done, and the answer is lost.
    AnswerLost,
    /// It never arrives, and the app is killed while it waits.
    KilledBefore,
    /// It is done, and the app is killed before the answer comes.
    KilledAfter,
    /// It is answered with this and nothing is done.
    Answer(u16, Problem),
    /// It waits in front of a gate, and is then done.
    Held(Arc<Gate>),
    /// A page of somebody in between.
    CaptivePortal,
    /// The receipt is of other content than was sent.
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

/// After so many parts the phone finds itself in another network.
type Wander = (usize, Arc<ToldNetwork>, NetworkKind);

struct Rule {
    method: Method,
    path: &'static str,
    fault: Fault,
    skip: usize,
    times: usize,
}

/// What was begun, with which attempt it was completed, and the tries left.
type Begun = (BeginActivation, Option<(String, ActivationCompleted)>, u8);

#[derive(Default)]
pub struct Inner {
    rules: Vec<Rule>,
    pub requests: Vec<(Method, String)>,
    begun: HashMap<String, Begun>,
    devices: HashMap<DeviceId, DevicePublicKey>,
    pub revoked: HashSet<DeviceId>,
    pub blobs: HashMap<Sha256Hash, Bytes>,
    pub apoyos: HashMap<ApoyoId, (Bytes, Bytes, DeviceId)>,
    pub campaigns: Vec<Campaign>,
    pub status: Option<Status>,
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
    /// Told when a request was swallowed by a kill.
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

    /// The next request of this method to an address that begins so goes wrong.
    pub fn once(&self, method: Method, path: &'static str, fault: Fault) {
        self.fail(method, path, fault, 0, 1);
    }

    /// `times` requests go wrong after `skip` that go well.
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

    /// Once it has so many parts, the phone's network is another.
    pub fn when_parts(&self, parts: usize, network: Arc<ToldNetwork>, kind: NetworkKind) {
        self.inner().wander = Some((parts, network, kind));
    }

    /// Every request goes wrong until [`Server::back`].
    pub fn away(&self) {
        for method in [Method::Get, Method::Head, Method::Put, Method::Post] {
            self.fail(method, "/", Fault::Unreachable, 0, usize::MAX);
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

    /// The server's keys as it announces them.
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

    fn answer(
        &self,
        request: &Request,
        path: &str,
        fault: Option<&Fault>,
    ) -> Result<Bytes, Problem> {
        let steps: Vec<&str> = path.trim_start_matches('/').split(['/', '?']).collect();
        let json = |value: serde_json::Value| Bytes::from(serde_json::to_vec(&value).unwrap());
        match (request.method, &steps[1..]) {
            (Method::Get, ["campaigns", ..]) => {
                self.device(request, path, None)?;
                let list = CampaignList {
                    campaigns: self.inner().campaigns.clone(),
                    now: *self.now.lock().unwrap(),
                    sealing: Some(self.announced()),
                };
                Ok(json(serde_json::to_value(list).unwrap()))
            }
            (Method::Post, ["challenges"]) => {
                let given = ChallengeGiven {
                    challenge: Challenge::from_bytes([7; 56]),
                    expires_at: *self.now.lock().unwrap() + TimeDelta::minutes(10),
                    work: Some(crate::work::asked()),
                };
                Ok(json(serde_json::to_value(given).unwrap()))
            }
            (_, ["signins", ..]) => self.signins(request, path),
            (Method::Post, ["activations"]) => self.begin(request, path),
            (Method::Get, ["activations", id]) => {
                let begun = self.begun(id)?;
                check(request, path, &begun.0.device_key, None)?;
                let state = ActivationState {
                    activation: begun.0.activation,
                    mail: self.inner().mail,
                };
                Ok(json(serde_json::to_value(state).unwrap()))
            }
            (Method::Post, ["activations", id, "resend"]) => {
                let begun = self.begun(id)?;
                check(request, path, &begun.0.device_key, None)?;
                self.inner().mails.push(begun.0.email.expose().clone());
                Ok(self.begun_answer(&begun.0))
            }
            (Method::Post, ["activations", id, "complete"]) => self.complete(request, path, id),
            (Method::Head, ["blobs", hash]) => {
                self.device(request, path, None)?;
                let known = self.inner().blobs.contains_key(&hash.parse().unwrap());
                if known {
                    Ok(Bytes::new())
                } else {
                    Err(Code::NotFound.into())
                }
            }
            (Method::Put, ["blobs", hash]) => {
                let hash: Sha256Hash = hash.parse().unwrap();
                self.device(request, path, Some(hash))?;
                if Sha256Hash::of(&request.body) != hash {
                    return Err(Code::BlobHashMismatch.into());
                }
                let mut inner = self.inner();
                inner.blobs.insert(hash, request.body.clone());
                if let Some((parts, network, kind)) = &inner.wander
                    && inner.blobs.len() == *parts
                {
                    network.told(*kind);
                }
                Ok(Bytes::new())
            }
            (Method::Put, ["apoyos", id]) => self.record(request, path, id, fault),
            (Method::Get, ["apoyos", id]) => {
                let device = self.device(request, path, None)?;
                let id: ApoyoId = id.parse().unwrap();
                let inner = self.inner();
                let (body, _, owner) = inner.apoyos.get(&id).ok_or(Code::ApoyoUnknown)?;
                if *owner != device {
                    return Err(Code::ApoyoUnknown.into());
                }
                let submission: Submission = serde_json::from_slice(body).unwrap();
                let state = ApoyoState {
                    apoyo: id,
                    campaign: submission.manifest.campaign,
                    status: inner.status.unwrap_or(Status::Received),
                    reasons: Vec::new(),
                    changed_at: *self.now.lock().unwrap(),
                };
                Ok(json(serde_json::to_value(state).unwrap()))
            }
            other => panic!("no such address: {other:?}"),
        }
    }

    fn begin(&self, request: &Request, path: &str) -> Result<Bytes, Problem> {
        let begin: BeginActivation = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(header(request, KEY_HEADER), "new");
        check(request, path, &begin.device_key, None)?;
        crate::work::check(begin.work.as_ref().ok_or(Code::WorkMissing)?)?;
        let answer = self.begun_answer(&begin);
        let mut inner = self.inner();
        let id = begin.activation.to_string();
        if let Some((before, _, _)) = inner.begun.get(&id) {
            assert_eq!(before.email, begin.email, "one id, two addresses");
            return Ok(answer);
        }
        self.spend(&begin)?;
        inner.mails.push(begin.email.expose().clone());
        inner.begun.insert(id, (begin, None, 5));
        Ok(answer)
    }

    fn begun_answer(&self, begin: &BeginActivation) -> Bytes {
        let begun = ActivationBegun {
            activation: begin.activation,
            expires_at: *self.now.lock().unwrap() + TimeDelta::hours(24),
            resend_after_s: 60,
        };
        Bytes::from(serde_json::to_vec(&begun).unwrap())
    }

    fn begun(&self, id: &str) -> Result<Begun, Problem> {
        let inner = self.inner();
        Ok(inner.begun.get(id).ok_or(Code::ActivationUnknown)?.clone())
    }

    fn complete(&self, request: &Request, path: &str, id: &str) -> Result<Bytes, Problem> {
        let (begin, done, tries) = self.begun(id)?;
        assert_eq!(header(request, KEY_HEADER), id);
        check(request, path, &begin.device_key, None)?;
        let complete: CompleteActivation = serde_json::from_slice(&request.body).unwrap();
        let attempt = complete.attempt.to_string();
        if let Some((before, completed)) = done {
            if before == attempt {
                return Ok(serde_json::to_vec(&completed).unwrap().into());
            }
            return Err(Code::CodeUsed.into());
        }
        if tries == 0 {
            return Err(Code::CodeExhausted.into());
        }
        if complete.code.to_string() != CODE {
            self.inner().begun.get_mut(id).unwrap().2 -= 1;
            return Err(Problem {
                tries_left: Some(tries - 1),
                ..Problem::new(Code::CodeWrong)
            });
        }
        let device = DeviceId::from_bytes(*begin.activation.as_bytes());
        let completed = ActivationCompleted {
            device,
            receipt_key: self.receipt_key(),
            sealing: self.announced(),
        };
        let mut inner = self.inner();
        inner.devices.insert(device, begin.device_key.clone());
        inner.begun.get_mut(id).unwrap().1 = Some((attempt, completed.clone()));
        Ok(serde_json::to_vec(&completed).unwrap().into())
    }

    fn device(
        &self,
        request: &Request,
        path: &str,
        body: Option<Sha256Hash>,
    ) -> Result<DeviceId, Problem> {
        let device: DeviceId = header(request, KEY_HEADER).parse().unwrap();
        let key = {
            let inner = self.inner();
            if inner.revoked.contains(&device) {
                return Err(Code::DeviceRevoked.into());
            }
            inner
                .devices
                .get(&device)
                .ok_or(Code::DeviceUnknown)?
                .clone()
        };
        check(request, path, &key, body)?;
        Ok(device)
    }

    fn record(
        &self,
        request: &Request,
        path: &str,
        id: &str,
        fault: Option<&Fault>,
    ) -> Result<Bytes, Problem> {
        let device = self.device(request, path, None)?;
        let id: ApoyoId = id.parse().unwrap();
        let submission: Submission = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(submission.manifest.apoyo, id);
        assert_eq!(submission.manifest.device, device);
        let missing: Vec<Sha256Hash> = submission
            .manifest
            .parts
            .iter()
            .filter(|part| {
                let inner = self.inner();
                let blob = inner.blobs.get(&part.sha256);
                if let Some(blob) = blob {
                    assert_eq!(blob.len() as u64, part.bytes);
                }
                blob.is_none()
            })
            .map(|part| part.sha256)
            .collect();
        if !missing.is_empty() {
            return Err(Problem {
                missing,
                ..Problem::new(Code::PartsMissing)
            });
        }
        let mut inner = self.inner();
        if let Some((body, receipt, _)) = inner.apoyos.get(&id) {
            if *body != request.body {
                return Err(Code::ApoyoIdReused.into());
            }
            return Ok(receipt.clone());
        }
        let sequence = inner.apoyos.len() as u64 + 1;
        let receipt = Receipt {
            apoyo: id,
            campaign: submission.manifest.campaign,
            folio: Folio::of_sequence(sequence),
            sequence,
            content: match fault {
                Some(Fault::AlteredReceipt) => Sha256Hash::of(b"something else"),
                _ => Sha256Hash::of(&request.body),
            },
            received_at: *self.now.lock().unwrap(),
        };
        let foreign = Ed25519KeyPair::generate().unwrap();
        let key = match fault {
            Some(Fault::ForeignReceipt) => &foreign,
            _ => &self.receipts,
        };
        let signature = URL_SAFE_NO_PAD.encode(key.sign(&receipt.signed_bytes()));
        let signed =
            Bytes::from(serde_json::to_vec(&SignedReceipt { receipt, signature }).unwrap());
        if !matches!(fault, Some(Fault::AlteredReceipt | Fault::ForeignReceipt)) {
            inner
                .apoyos
                .insert(id, (request.body.clone(), signed.clone(), device));
        }
        Ok(signed)
    }
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    let found = request.headers.iter().find(|(known, _)| *known == name);
    &found.unwrap_or_else(|| panic!("no {name}")).1
}

/// Verifies the signature as the documentation of `protocol::device` says.
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

#[async_trait]
impl Http for Server {
    async fn send(&self, request: Request) -> Result<Response, Unreachable> {
        let path = request
            .url
            .strip_prefix("http://127.0.0.1")
            .unwrap()
            .to_owned();
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
}

impl Server {
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
