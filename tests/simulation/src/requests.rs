//! The phones' requests, over a network that loses and repeats them.

use crate::{
    phone::{Outgoing, Promise, Stage},
    world::{Fate, World},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use protocol::{
    activation::{ActivationCode, CompleteActivation},
    code::Code,
    environment::Timestamp,
    ids::{ActivationId, Sha256Hash},
    receipt::SignedReceipt,
};
use server_core::{
    Core, activation, apoyos,
    asking::{FromHolder, FromStranger, Proof, active_device, admit, lately_active_device},
    blobs::{self, Upload},
    refusal::Refusal,
};
use std::sync::Arc;

impl World {
    pub(crate) fn core(&self) -> Arc<Core> {
        Arc::clone(&self.server.as_ref().expect("it was started").core)
    }

    /// Waits until the engine has finished its work after an answer, by a write that changes nothing.
    pub(crate) async fn settle_down(&self, core: &Core) {
        // A fault here is met by the next step too.
        drop(core.storage.sweep_signins(Timestamp::UNIX_EPOCH).await);
    }

    /// Sends a request over the network. `None`: no answer came.
    async fn travel<T, E: Into<Refusal>>(
        &mut self,
        call: impl AsyncFn(&Core) -> Result<T, E>,
        same: impl Fn(&T, &T) -> bool,
    ) -> Option<Result<T, Refusal>> {
        let (fate, core) = (self.fate(), self.core());
        if fate == Fate::Lost {
            return None;
        }
        let first = call(&core).await;
        self.settle_down(&core).await;
        if fate == Fate::AnswerLost {
            // Its outcome is unknown, but a fault must have a cause.
            if let Err(why) = first {
                let refusal: Refusal = why.into();
                if matches!(refusal.code(), Code::ServerFault) {
                    self.allow("an unheard request", refusal);
                }
            }
            return None;
        }
        if fate == Fate::Twice
            && let Ok(first) = &first
        {
            let again = call(&core).await;
            self.settle_down(&core).await;
            if let Ok(again) = &again {
                assert!(same(first, again), "the same request, another answer");
            }
            return Some(again.map_err(Into::into));
        }
        Some(first.map_err(Into::into))
    }

    pub(crate) async fn activate(&mut self, phone: usize) {
        match self.phones[phone].stage {
            Stage::New => self.ask_for_a_code(phone).await,
            Stage::Asked => self.complete(phone).await,
            Stage::Active(_) => {}
        }
    }

    async fn ask_for_a_code(&mut self, phone: usize) {
        let asked = self.phones[phone].beginning();
        let body = Sha256Hash::of(&serde_json::to_vec(&asked).expect("plain data"));
        let proof = || self.phones[phone].proof("new", "POST", "/v1/activations", body);
        let proofs = [proof(), proof()].map(repeated);
        let heard = self.travel(
            async |core: &Core| {
                activation::begin(core, stranger(core, proofs[0](), asked.clone())).await
            },
            |first, again| first.expires_at == again.expires_at,
        );
        match heard.await {
            None => {}
            Some(Ok(_)) => {
                self.phones[phone].swept = false;
                self.phones[phone].stage = Stage::Asked;
            }
            Some(Err(refusal)) => self.allow("beginning", refusal),
        }
    }

    async fn complete(&mut self, phone: usize) {
        let of = &mut self.phones[phone];
        of.tries += 1;
        let mut code = {
            let arrived = self.around.relay.arrived();
            let mail = arrived
                .iter()
                .rfind(|mail| mail.activation == of.activation);
            mail.map(|mail| mail.code.clone())
        };
        let wrong = !self.calm && self.chance.once_in(8);
        if wrong {
            code = Some(ActivationCode::random(&*self.around.dice));
        }
        let activation = of.activation;
        // The code does not come, so the phone asks for another one.
        let Some(code) = code else {
            if self.calm || self.chance.once_in(4) {
                self.begins_again(phone);
            }
            return;
        };
        let asked = CompleteActivation {
            code,
            attempt: Sha256Hash::of(format!("{} {}", of.number, of.tries).as_bytes()),
        };
        let body = Sha256Hash::of(&serde_json::to_vec(&asked).expect("plain data"));
        let path = format!("/v1/activations/{activation}/complete");
        let proof = repeated(of.proof(activation, "POST", &path, body));
        let heard = self.travel(
            async |core: &Core| {
                let request = FromHolder {
                    network: None,
                    proof: proof(),
                    asked: asked.clone(),
                };
                activation::complete(core, activation, request).await
            },
            |first, again| first.device == again.device,
        );
        match heard.await {
            None => {}
            Some(Ok(done)) => {
                assert!(!wrong, "a code that nobody mailed has opened");
                let sealing = done.sealing.verify(&done.receipt_key);
                let sealing = sealing.expect("the server's own signature").clone();
                self.phones[phone].becomes(done.device, done.receipt_key, sealing);
            }
            Some(Err(refusal)) => match refusal.code() {
                Code::CodeWrong if wrong => {}
                // An older code, or one of an activation whose answer was lost.
                Code::CodeWrong | Code::CodeUsed | Code::CodeExpired | Code::CodeExhausted => {
                    self.begins_again(phone)
                }
                Code::ActivationUnknown => {
                    let swept = self.phones[phone].swept;
                    assert!(swept, "an activation that was acknowledged is gone");
                    self.begins_again(phone);
                }
                _ => self.allow("a code", refusal),
            },
        }
    }

    /// Another activation of the same phone.
    fn begins_again(&mut self, phone: usize) {
        let of = &mut self.phones[phone];
        of.activation = ActivationId::random(&*self.around.dice);
        of.stage = Stage::New;
    }

    /// Sends the next missing part, or the apoyo if there is none.
    pub(crate) async fn send(&mut self, phone: usize) {
        let open = |outgoing: &Outgoing| outgoing.promise.is_none();
        let Some(place) = self.phones[phone].apoyos.iter().position(open) else {
            return;
        };
        let part = self.phones[phone].apoyos[place]
            .uploaded
            .iter()
            .position(|there| !there);
        match part {
            Some(part) => self.upload(phone, place, part).await,
            None => self.submit(phone, place).await,
        }
    }

    async fn upload(&mut self, phone: usize, place: usize, part: usize) {
        let of = &self.phones[phone];
        let device = of.active().expect("only an activated phone gives").device;
        let bytes = of.apoyos[place].parts[part].clone();
        let name = Sha256Hash::of(&bytes);
        let proof = repeated(of.proof(device, "PUT", &format!("/v1/blobs/{name}"), name));
        let heard = self.travel(
            async |core: &Core| {
                let request = lately_active_device(core, proof(), name).await?;
                let length = Some(bytes.len() as u64);
                let turn = match blobs::admit(core, &request, None, length).await? {
                    Upload::There => return Ok::<_, Refusal>(()),
                    Upload::Turn(turn) => turn,
                };
                let pieces: Vec<_> = bytes.chunks(1_500).map(Bytes::copy_from_slice).collect();
                let body = stream::iter(pieces.into_iter().map(Ok)).boxed();
                blobs::receive(core, turn, &request, body).await?;
                Ok(())
            },
            |(), ()| true,
        );
        match heard.await {
            None => {}
            Some(Ok(())) => self.phones[phone].apoyos[place].uploaded[part] = true,
            Some(Err(refusal)) => self.allow("a picture", refusal),
        }
    }

    async fn submit(&mut self, phone: usize, place: usize) {
        let highest = self.highest();
        let of = &mut self.phones[phone];
        let active = of.active().expect("only an activated phone gives").clone();
        of.apoyos[place].sent_after.get_or_insert(highest);
        let outgoing = &of.apoyos[place];
        let (id, body) = (outgoing.id, outgoing.body.clone());
        let path = format!("/v1/apoyos/{id}");
        let proof = repeated(of.proof(active.device, "PUT", &path, Sha256Hash::of(&body)));
        let heard = self.travel(
            async |core: &Core| {
                let request = active_device(core, proof(), body.clone()).await?;
                Ok::<_, Refusal>(apoyos::submit(core, id, request).await?)
            },
            |first, again| first == again,
        );
        match heard.await {
            None => {}
            Some(Ok(receipt)) => {
                let signed: SignedReceipt = serde_json::from_slice(&receipt).expect("a receipt");
                signed
                    .verify(&active.receipt_key)
                    .expect("the server's own signature");
                assert_eq!(signed.receipt.apoyo, id, "the receipt of another apoyo");
                let sequence = signed.receipt.sequence;
                self.note(format!("    {id} is number {sequence}"));
                let promise = Promise { receipt, sequence };
                self.phones[phone].apoyos[place].promise = Some(promise);
            }
            Some(Err(refusal)) => match refusal.code() {
                // There is no promise yet, so unflushed data may be lost.
                Code::PartsMissing => {
                    let missing = refusal.problem().missing.clone();
                    let outgoing = &mut self.phones[phone].apoyos[place];
                    for (part, there) in outgoing.parts.iter().zip(&mut outgoing.uploaded) {
                        *there &= !missing.contains(&Sha256Hash::of(part));
                    }
                }
                _ => self.allow("an apoyo", refusal),
            },
        }
    }

    /// The highest number in any receipt.
    fn highest(&self) -> u64 {
        let all = self.phones.iter().flat_map(|phone| &phone.apoyos);
        let promised = all.filter_map(|apoyo| apoyo.promise.as_ref());
        promised.map(|promise| promise.sequence).max().unwrap_or(0)
    }

    /// A promised receipt is returned again at any time.
    pub(crate) async fn ask(&mut self, phone: usize) {
        let of = &self.phones[phone];
        let Some(active) = of.active() else { return };
        let promised: Vec<_> = of
            .apoyos
            .iter()
            .filter(|one| one.promise.is_some())
            .collect();
        if promised.is_empty() {
            return;
        }
        let outgoing = promised[self.chance.below(promised.len() as u64) as usize].clone();
        let path = format!("/v1/apoyos/{}/receipt", outgoing.id);
        let proof = repeated(of.proof(active.device, "GET", &path, Sha256Hash::of(b"")));
        let heard = self.travel(
            async |core: &Core| {
                let request = active_device(core, proof(), ()).await?;
                Ok::<_, Refusal>(apoyos::receipt(core, outgoing.id, request).await?)
            },
            |first, again| first == again,
        );
        let promise = outgoing.promise.as_ref().expect("it was promised");
        match heard.await {
            None => {}
            Some(Ok(receipt)) => assert_eq!(receipt, promise.receipt, "another receipt"),
            Some(Err(refusal)) => self.allow("a receipt", refusal),
        }
    }
}

/// A request of a phone without a name.
fn stranger<T>(core: &Core, proof: Proof, asked: T) -> FromStranger<T> {
    FromStranger {
        admitted: admit(core, None).expect("no network is counted here"),
        proof,
        asked,
    }
}

/// The same proof as often as it is needed.
fn repeated(proof: Proof) -> impl Fn() -> Proof {
    move || Proof {
        name: proof.name.clone(),
        signature: proof.signature.clone(),
        message: proof.message.clone(),
        body: proof.body,
    }
}
