//! What the server of the stories answers at each of its addresses.

use super::{Begun, CODE, Ending, Fault, Server, check, header};
use app_core::ports::{Method, Network, Request};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use chrono::TimeDelta;
use protocol::{
    activation::{
        ActivationBegun, ActivationCompleted, ActivationState, BeginActivation, CompleteActivation,
    },
    apoyos::{ApoyoState, Status, Submission},
    attestation::{Challenge, ChallengeGiven},
    campaigns::CampaignList,
    code::{Code, Problem},
    device_ended::{DeviceEnded, SignedDeviceEnded, WhyEnded},
    devices::KEY_HEADER,
    ids::{ApoyoId, DeviceId, Sha256Hash},
    receipt::{Folio, Receipt, SignedReceipt},
};

impl Server {
    pub(super) fn answer(
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
            (Method::Delete, ["devices", id]) => {
                let device = self.known_device(request, path, None)?;
                if device.to_string() != *id {
                    return Err(Code::NotFound.into());
                }
                self.inner().revoked.insert(device);
                Ok(Bytes::new())
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
        let device = self.known_device(request, path, body)?;
        if self.inner().revoked.contains(&device) {
            return Err(self.ended(device, WhyEnded::Revoked));
        }
        Ok(device)
    }

    /// The word that ends an activation: signed, unless the story says that somebody else answers.
    fn ended(&self, device: DeviceId, why: WhyEnded) -> Problem {
        let ended = DeviceEnded {
            device,
            why,
            at: *self.now.lock().unwrap(),
        };
        let answers = self.inner().answers_to_strangers;
        let other = Ed25519KeyPair::generate().unwrap();
        let key = match answers {
            Ending::ByAnotherKey => &other,
            Ending::Signed | Ending::Unsigned => &self.receipts,
        };
        let signature = key.sign(&ended.signed_bytes());
        let signed = SignedDeviceEnded {
            ended,
            signature: URL_SAFE_NO_PAD.encode(signature.as_ref()),
        };
        Problem {
            ended: (answers != Ending::Unsigned).then(|| Box::new(signed)),
            ..Problem::new(match why {
                WhyEnded::Unknown => Code::DeviceUnknown,
                WhyEnded::Revoked => Code::DeviceRevoked,
            })
        }
    }

    /// The device that signed, even if it is revoked.
    fn known_device(
        &self,
        request: &Request,
        path: &str,
        body: Option<Sha256Hash>,
    ) -> Result<DeviceId, Problem> {
        let device: DeviceId = header(request, KEY_HEADER).parse().unwrap();
        let key = self.inner().devices.get(&device).cloned();
        let Some(key) = key else {
            return Err(self.ended(device, WhyEnded::Unknown));
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
        let sequence = inner.left_out + inner.apoyos.len() as u64 + 1;
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
