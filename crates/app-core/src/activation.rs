//! Activating the phone: front picture, address, code.
//!
//! `None → Asked → CodeSent → Active`; a sign-in ([`signin`]) comes between the first two. The
//! activation's id, its key and each try with a code are chosen once, and stored before they are
//! first sent. So after a lost answer the same request is repeated, and no second activation
//! begins. An activation ends ([`Activation::None`] with its problem) when the server says so with its
//! pinned key ([`doubt`]), or when the device or its key is gone. The front picture, the draft and the queue stay. Waiting
//! apoyos are sent in the name of the next activation of this phone (see [`crate::queue`]).

mod address;
mod doubt;
mod ending;
mod mail;
mod new_key;
mod signin;
mod view;
mod work;

use crate::{
    app::App,
    code::{PhoneCode, Problem},
    doors::Source,
    store::{
        parts,
        phone::{self, Activation, Active, Asked, Attempt, CodeSent},
        pictures,
    },
    views::AppState,
};
use address::{is_same, mask, parse_email};
use bytes::Bytes;
use chrono::TimeDelta;
use protocol::{
    activation::{ActivationBegun, ActivationCode, BeginActivation, CompleteActivation, MailFate},
    ids::{ActivationId, Sha256Hash},
    sensitive::Sensitive,
    work::WorkAsked,
};

impl App {
    /// [`crate::Door::PutActivationFront`].
    pub(crate) async fn put_activation_front(
        &self,
        source: Source,
        bytes: Bytes,
    ) -> Result<AppState, Problem> {
        let _one = self.activating.lock().await;
        self.require_notice().await?;
        match self.phone().await?.activation {
            Activation::None { .. }
            | Activation::SigningIn(_)
            | Activation::Proved(_)
            | Activation::Asked(_) => {}
            Activation::CodeSent(_) | Activation::Active(_) => {
                return Err(PhoneCode::StepOutOfOrder.into());
            }
        }
        let still = crate::capture::blocking(move || crate::card::front(&bytes, None)).await?;
        let (picture, jpeg) = still.into_picture(source);
        self.store
            .write(move |t| {
                pictures::keep(t, picture.sha256, &jpeg)?;
                parts::set_activation_front(t, &picture)?;
                // The request that was stored names the old picture: the next try is a new one.
                phone::change(t, |phone| {
                    if let Activation::Asked(asked) = &mut phone.activation {
                        phone.activation = match asked.proved.take() {
                            Some(proved) => Activation::Proved(*proved),
                            None => Activation::default(),
                        };
                    }
                })
            })
            .await?;
        self.state().await
    }

    /// [`crate::Door::BeginActivation`].
    pub(crate) async fn begin_activation(
        &self,
        email: Sensitive<String>,
        again: Sensitive<String>,
    ) -> Result<AppState, Problem> {
        let _one = self.activating.lock().await;
        let email = parse_email(&email)?;
        if !is_same(&again, &email) {
            return Err(Problem::in_field(PhoneCode::EmailsDiffer, "email_again"));
        }
        self.require_notice().await?;
        let front = self
            .store
            .read(parts::activation_front)
            .await?
            .ok_or(PhoneCode::StepOutOfOrder)?
            .sha256;
        let phone = self.phone().await?;
        let (asked, work) = match phone.activation {
            Activation::Asked(asked)
                if *asked.email.expose() == email
                    && asked.front == front
                    && !self.is_stale(&asked) =>
            {
                let work = self.work_of(asked.activation).await?;
                (asked, work)
            }
            // The proof of an account without an address is sent with the typed address.
            Activation::Proved(proved) if proved.email.is_none() => {
                let asked = self.asked_with(proved, email.into()).await?;
                let work = self.work_of(asked.activation).await?;
                (asked, work)
            }
            Activation::Asked(_)
            | Activation::None { .. }
            | Activation::SigningIn(_)
            | Activation::Proved(_) => {
                self.ports.browser.expect_nothing();
                let activation = ActivationId::random(self.ports.entropy.as_ref());
                // Each activation has its own key. A crash before the activation is stored
                // leaves a key that no row names; the next try replaces it.
                let (device_key, attested, work) = self.new_key(activation).await?;
                let fresh = Asked {
                    activation,
                    email: email.into(),
                    device_key,
                    front,
                    notice_version: crate::notice::version().to_owned(),
                    language: phone.language,
                    attested: Some(attested),
                    proved: None,
                };
                let kept = fresh.clone();
                self.change_phone(move |phone| phone.activation = Activation::Asked(kept))
                    .await?;
                (fresh, work)
            }
            Activation::CodeSent(_) | Activation::Active(_) => {
                return Err(PhoneCode::StepOutOfOrder.into());
            }
        };
        self.ask(asked, work).await
    }

    /// Asks the server to mail a code, with the proof of work.
    async fn ask(&self, asked: Asked, work: Option<WorkAsked>) -> Result<AppState, Problem> {
        let begin = BeginActivation {
            activation: asked.activation,
            email: asked.email.clone(),
            device_key: asked.device_key.clone(),
            front: asked.front,
            notice_version: asked.notice_version.clone(),
            language: asked.language,
            signin: asked.proved.as_ref().map(|proved| proved.signin),
            attestation: asked
                .attested
                .map(|said| said.attestation)
                .unwrap_or_default(),
            work: None,
        };
        let begun = match self.begin_with_work(begin, work).await {
            Ok(begun) => begun,
            Err(problem) => return Err(self.refused_beginning(problem).await?),
        };
        if begun.activation != asked.activation {
            return Err(PhoneCode::AnswerMalformed.into());
        }
        let now = self.ports.clock.now();
        let behind = self.api.clock_behind_ms();
        self.change_phone(move |phone| {
            let mut sent = CodeSent {
                activation: asked.activation,
                masked_email: mask(asked.email.expose()).into(),
                device_key: asked.device_key,
                expires_at: begun.expires_at,
                resend_at: begun.expires_at,
                clock_behind_ms: behind,
                tries_left: CodeSent::FRESH_TRIES,
                mail: MailFate::Waiting,
                attempt: None,
            };
            mailed(&mut sent, &begun, now, behind);
            phone.activation = Activation::CodeSent(sent);
        })
        .await?;
        self.state().await
    }

    /// A request that will never succeed is forgotten, so that the next try is a new one. Any
    /// other is repeated unchanged.
    async fn refused_beginning(&self, problem: Problem) -> Result<Problem, Problem> {
        if problem.code.remedy() == protocol::code::Remedy::Person {
            self.change_phone(|phone| phone.activation = Activation::default())
                .await?;
        }
        Ok(problem)
    }

    /// [`crate::Door::ResendCode`].
    pub(crate) async fn resend_code(&self) -> Result<AppState, Problem> {
        let _one = self.activating.lock().await;
        let sent = self.code_sent().await?;
        let begun = match self.api.resend_code(sent.activation).await {
            Ok(begun) => begun,
            Err(problem) => return Err(self.answered_code(problem).await?),
        };
        let now = self.ports.clock.now();
        let behind = self.api.clock_behind_ms();
        self.change_phone(move |phone| {
            if let Activation::CodeSent(sent) = &mut phone.activation {
                mailed(sent, &begun, now, behind);
            }
        })
        .await?;
        self.state().await
    }

    /// [`crate::Door::AbandonActivation`].
    pub(crate) async fn abandon_activation(&self) -> Result<AppState, Problem> {
        let _one = self.activating.lock().await;
        match self.phone().await?.activation {
            Activation::Active(_) => return Err(PhoneCode::StepOutOfOrder.into()),
            Activation::SigningIn(_) => return self.end_signin(PhoneCode::SigninCancelled).await,
            _ => {}
        }
        self.change_phone(|phone| phone.activation = Activation::default())
            .await?;
        self.state().await
    }

    /// [`crate::Door::CompleteActivation`].
    pub(crate) async fn complete_activation(
        &self,
        typed: Sensitive<String>,
    ) -> Result<AppState, Problem> {
        let _one = self.activating.lock().await;
        let sent = self.code_sent().await?;
        let code: ActivationCode = typed.expose().parse()?;
        let attempt = match sent.attempt {
            Some(before) if before.code == code => before.attempt,
            _ => {
                let mut bytes = [0; 32];
                self.ports.entropy.fill(&mut bytes);
                let attempt = Sha256Hash::from_bytes(bytes);
                let kept = Attempt {
                    code: code.clone(),
                    attempt,
                };
                self.change_phone(move |phone| {
                    if let Activation::CodeSent(sent) = &mut phone.activation {
                        sent.attempt = Some(kept);
                    }
                })
                .await?;
                attempt
            }
        };
        let complete = CompleteActivation { code, attempt };
        let completed = match self
            .api
            .complete_activation(sent.activation, &complete)
            .await
        {
            Ok(completed) => completed,
            Err(problem) => return Err(self.answered_code(problem).await?),
        };
        // The server has to sign its own sealing keys. Nothing is pinned before that check.
        completed.sealing.verify(&completed.receipt_key)?;
        let since = self.ports.clock.now();
        self.change_phone(move |phone| {
            phone.activation = Activation::Active(Active {
                device: completed.device,
                device_key: sent.device_key,
                receipt_key: completed.receipt_key,
                sealing: Some(completed.sealing),
                since,
                doubt: None,
            });
        })
        .await?;
        // Apoyos of an earlier activation may be waiting for this one.
        self.wake.notify_one();
        self.state().await
    }

    async fn code_sent(&self) -> Result<CodeSent, Problem> {
        match self.phone().await?.activation {
            Activation::CodeSent(sent) => Ok(sent),
            _ => Err(PhoneCode::StepOutOfOrder.into()),
        }
    }
}

/// Takes over the server's answer about its mail.
fn mailed(
    sent: &mut CodeSent,
    begun: &ActivationBegun,
    now: protocol::environment::Timestamp,
    behind_ms: i64,
) {
    sent.clock_behind_ms = behind_ms;
    // It is a new mail.
    sent.mail = MailFate::Waiting;
    sent.expires_at = begun.expires_at;
    sent.resend_at = sent.server_now(now) + TimeDelta::seconds(i64::from(begun.resend_after_s));
}
