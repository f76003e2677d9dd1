//! Activating the phone: front picture, address, code.
//!
//! `None → Asked → CodeSent → Active`. The activation's id, its key and each try with a code
//! are chosen once and stored before they are first sent, so that a lost answer is asked for
//! again and never begins a second activation. An activation ends ([`Activation::None`] with
//! its problem) when the server says that it is over, or the device or its key is gone; the
//! front picture, the draft and the queue stay. Waiting apoyos are sent in the name of the
//! next activation of this phone (see [`crate::queue`]).

use crate::{
    app::App,
    doors::Source,
    store::{
        parts,
        phone::{self, Activation, Active, Asked, Attempt, Attested, CodeSent},
    },
    views::{AppState, EntidadName},
};
use bytes::Bytes;
use chrono::TimeDelta;
use credential::Entidad;
use protocol::{
    activation::{ActivationBegun, ActivationCode, BeginActivation, CompleteActivation, Language},
    attestation::{Attestation, KeyBinding},
    code::{Code, Problem},
    device::DevicePublicKey,
    ids::{ActivationId, Sha256Hash},
    sensitive::Sensitive,
};

impl App {
    /// [`crate::Door::SetLanguage`].
    pub(crate) async fn set_language(&self, language: Language) -> Result<AppState, Problem> {
        self.change_phone(move |phone| phone.language = language)
            .await?;
        // The server puts some of its words in the language it is asked in.
        self.forget_asked_campaigns();
        self.state().await
    }

    /// [`crate::Door::Entidades`].
    pub(crate) fn entidades(&self) -> Vec<EntidadName> {
        Entidad::all()
            .map(|number| EntidadName {
                number,
                name: number.name().to_owned(),
            })
            .collect()
    }

    /// [`crate::Door::SetDemarcation`].
    pub(crate) async fn set_demarcation(
        &self,
        entidad: Option<Entidad>,
        seccion: Option<u16>,
    ) -> Result<AppState, Problem> {
        if seccion.is_some_and(|seccion| !(1..=9_999).contains(&seccion)) {
            return Err(Problem::in_field(Code::FieldInvalid, "seccion"));
        }
        self.change_phone(move |phone| {
            phone.entidad = entidad;
            phone.seccion = seccion;
        })
        .await?;
        self.state().await
    }

    /// [`crate::Door::PutActivationFront`].
    pub(crate) async fn put_activation_front(
        &self,
        source: Source,
        bytes: Bytes,
    ) -> Result<AppState, Problem> {
        let _one = self.activating.lock().await;
        self.require_notice().await?;
        match self.phone().await?.activation {
            Activation::None { .. } | Activation::Asked(_) => {}
            Activation::CodeSent(_) | Activation::Active(_) => {
                return Err(Code::StepOutOfOrder.into());
            }
        }
        let still = crate::capture::blocking(move || crate::card::front(&bytes)).await?;
        let (picture, jpeg) = still.into_picture(source);
        self.store
            .write(move |t| {
                parts::keep(t, picture.sha256, &jpeg)?;
                parts::set_activation_front(t, &picture)?;
                // What was asked for named the other picture: the next try is a new one.
                phone::change(t, |phone| {
                    if matches!(phone.activation, Activation::Asked(_)) {
                        phone.activation = Activation::default();
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
        let email = parse_email(email.expose())
            .ok_or_else(|| Problem::in_field(Code::EmailInvalid, "email"))?;
        if parse_email(again.expose()).as_ref() != Some(&email) {
            return Err(Problem::in_field(Code::EmailsDiffer, "email_again"));
        }
        self.require_notice().await?;
        let front = self
            .store
            .read(parts::activation_front)
            .await?
            .ok_or(Code::StepOutOfOrder)?
            .sha256;
        let phone = self.phone().await?;
        let asked = match phone.activation {
            Activation::Asked(asked)
                if *asked.email.expose() == email
                    && asked.front == front
                    && !self.is_stale(&asked) =>
            {
                asked
            }
            Activation::Asked(_) | Activation::None { .. } => {
                let activation = ActivationId::random(self.ports.entropy.as_ref());
                // A key of its own for each activation. A crash before it is kept leaves a
                // key that nothing names; the next try replaces it.
                let (device_key, attested) = self.new_key(activation).await?;
                let fresh = Asked {
                    activation,
                    email: email.into(),
                    device_key,
                    front,
                    notice_version: crate::notice::version().to_owned(),
                    language: phone.language,
                    attested: Some(attested),
                };
                let kept = fresh.clone();
                self.change_phone(move |phone| phone.activation = Activation::Asked(kept))
                    .await?;
                fresh
            }
            Activation::CodeSent(_) | Activation::Active(_) => {
                return Err(Code::StepOutOfOrder.into());
            }
        };
        let begin = BeginActivation {
            activation: asked.activation,
            email: asked.email.clone(),
            device_key: asked.device_key.clone(),
            front: asked.front,
            notice_version: asked.notice_version.clone(),
            language: asked.language,
            attestation: asked
                .attested
                .map(|said| said.attestation)
                .unwrap_or_default(),
        };
        let begun = match self.api.begin_activation(&begin).await {
            Ok(begun) => begun,
            Err(problem) => return Err(self.refused_beginning(problem).await?),
        };
        if begun.activation != asked.activation {
            return Err(Code::AnswerMalformed.into());
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
                attempt: None,
            };
            mailed(&mut sent, &begun, now, behind);
            phone.activation = Activation::CodeSent(sent);
        })
        .await?;
        self.state().await
    }

    /// Makes the key of this activation with a challenge of the server, so that the phone's
    /// hardware can vouch for it.
    async fn new_key(
        &self,
        activation: ActivationId,
    ) -> Result<(DevicePublicKey, Attested), Problem> {
        let given = self.api.ask_challenge(activation).await?;
        let binding = KeyBinding {
            activation,
            challenge: given.challenge,
        };
        let made = self
            .ports
            .device_key
            .create(&binding)
            .await
            .map_err(Code::from)?;
        let attested = Attested {
            attestation: made.attestation,
            until: given.expires_at,
        };
        Ok((made.public, attested))
    }

    /// Whether what the hardware said is worth nothing any more: the key's challenge has
    /// ended. Where it said nothing, nothing ends.
    fn is_stale(&self, asked: &Asked) -> bool {
        let now = self.ports.clock.now() + TimeDelta::milliseconds(self.api.clock_behind_ms());
        asked.attested.as_ref().is_some_and(|said| {
            let says_something =
                !matches!(said.attestation, Attestation::None | Attestation::Software);
            says_something && now >= said.until
        })
    }

    /// A beginning that will never succeed is forgotten, so that the next try is a new one;
    /// any other is tried again as it is.
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
        if matches!(self.phone().await?.activation, Activation::Active(_)) {
            return Err(Code::StepOutOfOrder.into());
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
        let since = self.ports.clock.now();
        self.change_phone(move |phone| {
            phone.activation = Activation::Active(Active {
                device: completed.device,
                device_key: sent.device_key,
                receipt_key: completed.receipt_key,
                since,
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
            _ => Err(Code::StepOutOfOrder.into()),
        }
    }

    /// What the server's no to a code or a resend means for the activation.
    async fn answered_code(&self, problem: Problem) -> Result<Problem, Problem> {
        let told = problem.clone();
        self.change_phone(move |phone| {
            let Activation::CodeSent(sent) = &mut phone.activation else {
                return;
            };
            match told.code {
                Code::CodeWrong => {
                    sent.attempt = None;
                    sent.tries_left = told
                        .tries_left
                        .unwrap_or_else(|| sent.tries_left.saturating_sub(1));
                }
                // It is over: only another mail helps, and that is another activation.
                Code::CodeExpired
                | Code::CodeExhausted
                | Code::CodeUsed
                | Code::CodeForeignDevice
                | Code::ActivationUnknown
                | Code::DeviceKeyLost => {
                    phone.activation = Activation::None { ended: Some(told) };
                }
                _ => {}
            }
        })
        .await?;
        Ok(problem)
    }

    /// Ends the activation where the server's answer says that there is none.
    pub(crate) async fn end_if_unknown(&self, problem: &Problem) -> Result<bool, Problem> {
        let unknown = matches!(
            problem.code,
            Code::DeviceUnknown | Code::DeviceRevoked | Code::DeviceKeyLost
        );
        if unknown {
            self.end_activation(problem.clone()).await?;
        }
        Ok(unknown)
    }

    /// Ends the activation in force, where the server or the phone no longer knows its key.
    pub(crate) async fn end_activation(&self, problem: Problem) -> Result<(), Problem> {
        tracing::warn!(code = %problem.code, "the activation has ended");
        self.change_phone(|phone| {
            phone.activation = Activation::None {
                ended: Some(problem),
            };
        })
        .await
    }

    /// Whether the key that was activated is still this phone's; without it the activation
    /// has ended. A key store that does not answer ends nothing.
    pub(crate) async fn check_key(&self) -> Result<(), Problem> {
        let expected = match self.phone().await?.activation {
            Activation::None { .. } => return Ok(()),
            Activation::Asked(asked) => asked.device_key,
            Activation::CodeSent(sent) => sent.device_key,
            Activation::Active(active) => active.device_key,
        };
        let found = self
            .ports
            .device_key
            .public_key()
            .await
            .map_err(Code::from)?;
        if found.as_ref() != Some(&expected) {
            self.end_activation(Code::DeviceKeyLost.into()).await?;
        }
        Ok(())
    }
}

/// Takes over what the server said about its mail.
fn mailed(
    sent: &mut CodeSent,
    begun: &ActivationBegun,
    now: protocol::environment::Timestamp,
    behind_ms: i64,
) {
    sent.clock_behind_ms = behind_ms;
    sent.expires_at = begun.expires_at;
    sent.resend_at = sent.server_now(now) + TimeDelta::seconds(i64::from(begun.resend_after_s));
}

/// The address as it is sent: trimmed, its domain in lower case. `None` for what is none.
fn parse_email(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let (local, domain) = typed.rsplit_once('@')?;
    let local_fits = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !"@\"<>()[]\\,;:".contains(c));
    let labels: Vec<&str> = domain.split('.').collect();
    let domain_fits = domain.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
        && labels
            .last()
            .is_some_and(|top| top.len() >= 2 && top.chars().any(char::is_alphabetic));
    (local_fits && domain_fits).then(|| format!("{local}@{}", domain.to_lowercase()))
}

/// Enough of the address to recognise it (`l•••@ejemplo.mx`).
fn mask(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or(("", email));
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_type_them() {
        assert_eq!(
            parse_email(" Lupita.Ruiz+apoyo@Ejemplo.MX ").as_deref(),
            Some("Lupita.Ruiz+apoyo@ejemplo.mx")
        );
        assert!(parse_email("josé@correo.ejemplo.mx").is_some());
        for bad in [
            "",
            "lupita",
            "@ejemplo.mx",
            "lupita@",
            "lupita@ejemplo",
            "lupita@.mx",
            "lupita@ejemplo.m",
            "lu pita@ejemplo.mx",
            "lupita@ejemplo..mx",
            ".lupita@ejemplo.mx",
            "lupita@-ejemplo.mx",
            "lupita@127.0.0.1",
            "lupita@ejemplo.mx\nBcc: x@y.mx",
            "a@b@ejemplo.mx",
        ] {
            assert_eq!(parse_email(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_mask_shows_one_letter() {
        assert_eq!(mask("lupita@ejemplo.mx"), "l•••@ejemplo.mx");
        assert_eq!(mask("ñandú@ejemplo.mx"), "ñ•••@ejemplo.mx");
    }
}
