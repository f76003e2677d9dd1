//! Activating a phone.

use crate::{
    phone::{ENGLISH, LUPITA, Phone, RAMON, code},
    server::{CODE, Fault},
};
use app_core::{
    AppCode, Door, PhoneCode,
    adapters::SoftwareKey,
    doors::{Aim, Source},
    ports::{DeviceKey, KeyFault, Method, NewKey, Ports, SecurityLevel},
    views::{ActivationView, AddressView, AppState, EntidadName, FrameLook, Notice},
};
use async_trait::async_trait;
use chrono::TimeDelta;
use protocol::{
    activation::MailFate,
    attestation::{Attestation, CertificateChain, KeyBinding},
    code::{Code, Problem},
    devices::DevicePublicKey,
};
use std::sync::Arc;

const FRONT: Door = Door::PutActivationFront {
    source: Source::Camera,
};

#[tokio::test]
async fn lupita_photographs_nothing_before_she_has_read_the_notice() {
    let phone = Phone::new().await;
    assert!(matches!(
        phone.state().await.activation,
        ActivationView::Notice
    ));
    assert_eq!(
        code(phone.show(FRONT, &LUPITA.front).await),
        PhoneCode::StepOutOfOrder
    );
    let look: Result<FrameLook, app_core::Problem> = phone
        .ask(Door::Look { aim: Aim::Front }, Some(LUPITA.front.clone()))
        .await;
    assert_eq!(code(look), PhoneCode::StepOutOfOrder);

    let version = "0000000000000000".to_owned();
    assert_eq!(
        code(phone.door(Door::AcceptNotice { version }).await),
        Code::NoticeOutdated
    );
    let notice: Notice = phone.ask(Door::Notice, None).await.unwrap();
    let version = notice.version;
    let state = phone.door(Door::AcceptNotice { version }).await.unwrap();
    assert!(matches!(state.activation, ActivationView::Front));
    phone.show(FRONT, &LUPITA.front).await.unwrap();
}

#[tokio::test]
async fn lupita_activates_her_phone_and_it_stays_activated() {
    let mut phone = Phone::new().await;
    phone.ask_for_code().await;
    let ActivationView::Code {
        masked_email,
        expires_in_s,
        resend_in_s,
        tries_left,
        mail,
    } = phone.state().await.activation
    else {
        panic!("a code is awaited");
    };
    assert_eq!(mail, None, "nothing is wrong with it");
    assert_eq!(masked_email, "l•••@ejemplo.mx");
    assert_eq!((expires_in_s, resend_in_s, tries_left), (86_400, 60, 5));

    let state = phone.complete(" 7k2m q9rx ").await.unwrap();
    assert!(matches!(state.activation, ActivationView::Active { .. }));
    phone.reopen().await;
    assert!(matches!(
        phone.state().await.activation,
        ActivationView::Active { .. }
    ));
    assert_eq!(phone.server.inner().mails, ["lupita@ejemplo.mx"]);
}

#[tokio::test]
async fn an_address_is_looked_at_while_it_is_typed() {
    let phone = Phone::new().await;
    for (typed, code, meant) in [
        ("lupita@gmail.com", None, None),
        ("lupita@gmial.com", None, Some("lupita@gmail.com")),
        (
            "\u{200b}lupita@HOTMIAL.com ",
            None,
            Some("lupita@hotmail.com"),
        ),
        ("josé@ejemplo.mx", Some(Code::EmailLetters), None),
        ("lupita@[10.0.0.1]", Some(Code::EmailHost), None),
        ("lupita@", Some(Code::EmailInvalid), None),
    ] {
        let door = Door::LookAtAddress {
            email: typed.to_owned().into(),
        };
        let view: AddressView = phone.ask(door, None).await.unwrap();
        let told = view.problem.map(|problem| problem.code);
        assert_eq!(told, code.map(AppCode::from), "{typed}");
        assert_eq!(
            view.meant.as_ref().map(|it| it.expose().as_str()),
            meant,
            "{typed}"
        );
    }
}

#[tokio::test]
async fn lupita_types_her_address_wrong() {
    let phone = Phone::new().await;
    phone.accept_notice().await;
    assert_eq!(
        code(phone.begin("lupita@ejemplo.mx").await),
        PhoneCode::StepOutOfOrder,
        "the front comes first"
    );
    phone.show(FRONT, &LUPITA.front).await.unwrap();
    let problem = phone.begin("lupita@ejemplo").await.unwrap_err();
    assert_eq!(problem.code, Code::EmailInvalid);
    assert_eq!(problem.field.as_deref(), Some("email"));
    let differ = Door::BeginActivation {
        email: "lupita@ejemplo.mx".to_owned().into(),
        email_again: "lupits@ejemplo.mx".to_owned().into(),
    };
    assert_eq!(code(phone.door(differ).await), PhoneCode::EmailsDiffer);
    let same = Door::BeginActivation {
        email: "lupita@ejemplo.mx".to_owned().into(),
        email_again: " lupita@EJEMPLO.mx".to_owned().into(),
    };
    phone.door(same).await.unwrap();
}

#[tokio::test]
async fn the_answer_to_the_first_request_is_lost_and_one_mail_is_sent() {
    let mut phone = Phone::new().await;
    phone.accept_notice().await;
    phone.show(FRONT, &LUPITA.front).await.unwrap();
    phone
        .server
        .once(Method::Post, "/v1/activations", Fault::AnswerLost);
    assert_eq!(
        code(phone.begin("lupita@ejemplo.mx").await),
        PhoneCode::ServerUnreachable
    );
    phone.reopen().await;
    assert!(matches!(
        phone.state().await.activation,
        ActivationView::Email { ended: None, .. }
    ));
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    assert_eq!(phone.server.inner().mails.len(), 1, "the same activation");
    phone.complete(CODE).await.unwrap();
}

#[tokio::test]
async fn the_app_is_killed_while_the_code_is_checked_and_the_same_try_is_answered() {
    for fault in [Fault::KilledBefore, Fault::KilledAfter] {
        let mut phone = Phone::new().await;
        phone.ask_for_code().await;
        phone.server.once(Method::Post, "/v1/activations/", fault);
        let code = CODE.to_owned().into();
        phone.killed_at(Door::CompleteActivation { code }).await;
        assert!(matches!(
            phone.state().await.activation,
            ActivationView::Code { .. }
        ));
        let state = phone.complete(CODE).await.unwrap();
        assert!(matches!(state.activation, ActivationView::Active { .. }));
    }
}

#[tokio::test]
async fn five_wrong_codes_end_the_activation_and_the_front_stays() {
    let phone = Phone::new().await;
    phone.ask_for_code().await;
    assert_eq!(code(phone.complete("7K2M").await), Code::CodeMalformed);
    for left in (0..5).rev() {
        let problem = phone.complete("0000-0000").await.unwrap_err();
        assert_eq!(problem.code, Code::CodeWrong);
        let ActivationView::Code { tries_left, .. } = phone.state().await.activation else {
            panic!("still awaited");
        };
        assert_eq!(tries_left, left);
    }
    assert_eq!(
        code(phone.complete(CODE).await),
        Code::CodeExhausted,
        "the right one too"
    );
    let ActivationView::Email {
        ended: Some(ended), ..
    } = phone.state().await.activation
    else {
        panic!("ended");
    };
    assert_eq!(ended.code, Code::CodeExhausted);
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    phone.complete(CODE).await.unwrap();
}

#[tokio::test]
async fn lupita_asks_for_the_mail_again_and_then_for_another_address() {
    let phone = Phone::new().await;
    assert_eq!(
        code(phone.door(Door::ResendCode).await),
        PhoneCode::StepOutOfOrder
    );
    phone.ask_for_code().await;
    phone.passes(TimeDelta::seconds(61)).await;
    let ActivationView::Code { resend_in_s, .. } = phone.state().await.activation else {
        panic!("awaited");
    };
    assert_eq!(resend_in_s, 0);
    phone.door(Door::ResendCode).await.unwrap();
    let ActivationView::Code {
        resend_in_s,
        expires_in_s,
        ..
    } = phone.state().await.activation
    else {
        panic!("awaited");
    };
    assert_eq!((resend_in_s, expires_in_s), (60, 86_400));

    let too_soon = Problem {
        retry_after_s: Some(42),
        ..Problem::new(Code::ResendTooSoon)
    };
    phone.server.once(
        Method::Post,
        "/v1/activations",
        Fault::Answer(429, too_soon),
    );
    let problem = phone.door(Door::ResendCode).await.unwrap_err();
    assert_eq!(problem.retry_after_s, Some(42));

    let state = phone.door(Door::AbandonActivation).await.unwrap();
    assert!(matches!(
        state.activation,
        ActivationView::Email { ended: None, .. }
    ));
    phone.begin("guadalupe@ejemplo.mx").await.unwrap();
    phone.complete(CODE).await.unwrap();
}

#[tokio::test]
async fn a_phone_whose_clock_is_years_off_still_shows_24_hours() {
    for years in [-12, 9] {
        let phone = Phone::new().await;
        *phone.clock.0.lock().unwrap() += TimeDelta::days(365 * years);
        phone.ask_for_code().await;
        let ActivationView::Code {
            expires_in_s,
            resend_in_s,
            ..
        } = phone.state().await.activation
        else {
            panic!("awaited");
        };
        assert_eq!((expires_in_s, resend_in_s), (86_400, 60));
        phone.complete(CODE).await.unwrap();
    }
}

#[tokio::test]
async fn the_key_is_gone_when_the_app_opens_and_the_phone_says_so() {
    let mut phone = Phone::new().await;
    phone.activate().await;
    phone.ports().device_key.delete().await.unwrap();
    phone.reopen().await;
    let ActivationView::Email {
        ended: Some(ended), ..
    } = phone.state().await.activation
    else {
        panic!("ended");
    };
    assert_eq!(ended.code, PhoneCode::DeviceKeyLost);
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    phone.complete(CODE).await.unwrap();
}

#[tokio::test]
async fn a_captive_portal_is_not_the_server() {
    let phone = Phone::new().await;
    phone.ask_for_code().await;
    phone
        .server
        .once(Method::Post, "/v1/activations", Fault::CaptivePortal);
    assert_eq!(code(phone.complete(CODE).await), PhoneCode::AnswerMalformed);
    phone.complete(CODE).await.unwrap();
}

#[tokio::test]
async fn lupita_takes_another_front_before_the_answer_came() {
    let phone = Phone::new().await;
    phone.accept_notice().await;
    phone.show(FRONT, &RAMON.front).await.unwrap();
    phone
        .server
        .once(Method::Post, "/v1/activations", Fault::AnswerLost);
    phone.begin("lupita@ejemplo.mx").await.unwrap_err();
    phone.show(FRONT, &LUPITA.front).await.unwrap();
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    assert_eq!(phone.server.inner().mails.len(), 2, "another activation");
    phone.complete(CODE).await.unwrap();
    assert_eq!(
        code(phone.show(FRONT, &LUPITA.front).await),
        PhoneCode::StepOutOfOrder
    );
    assert_eq!(
        code(phone.door(Door::AbandonActivation).await),
        PhoneCode::StepOutOfOrder
    );
}

#[tokio::test]
async fn lupita_chooses_her_language_and_says_where_she_votes() {
    let mut phone = Phone::new().await;
    let entidades: Vec<EntidadName> = phone.ask(Door::Entidades, None).await.unwrap();
    assert_eq!(entidades.len(), 32);
    let entidad = Some(entidades[13].number);
    let wrong = Door::SetDemarcation {
        entidad,
        seccion: Some(0),
    };
    assert_eq!(code(phone.door(wrong).await), Code::FieldInvalid);
    phone
        .door(Door::SetDemarcation {
            entidad,
            seccion: Some(2_048),
        })
        .await
        .unwrap();
    phone
        .door(Door::SetLanguage { language: ENGLISH })
        .await
        .unwrap();
    phone.reopen().await;
    let state = phone.state().await;
    assert_eq!(state.language, ENGLISH);
    assert_eq!((state.entidad, state.seccion), (entidad, Some(2_048)));
    let notice: Notice = phone.ask(Door::Notice, None).await.unwrap();
    assert!(notice.simplified[0].is_ascii(), "it is in English now");
}

/// A key that the phone's hardware attests.
struct InHardware(SoftwareKey);

#[async_trait]
impl DeviceKey for InHardware {
    async fn create(&self, binding: &KeyBinding) -> Result<NewKey, KeyFault> {
        let chain = CertificateChain::new(vec![vec![0x30; 9]]).unwrap();
        Ok(NewKey {
            attestation: Attestation::AndroidKey {
                challenge: binding.challenge,
                chain,
            },
            ..self.0.create(binding).await?
        })
    }

    async fn public_key(&self) -> Result<Option<DevicePublicKey>, KeyFault> {
        self.0.public_key().await
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyFault> {
        self.0.sign(message).await
    }

    async fn delete(&self) -> Result<(), KeyFault> {
        self.0.delete().await
    }

    fn security_level(&self) -> SecurityLevel {
        SecurityLevel::TrustedEnvironment
    }
}

/// Asks for a code, loses the answer, and asks again after this many minutes. Returns the number of
/// mails that were sent.
async fn mails_after(minutes: i64, in_hardware: bool) -> usize {
    let mut phone = Phone::new().await;
    if in_hardware {
        let key = SoftwareKey::in_folder(phone.folder.path());
        let ports = Ports {
            device_key: Arc::new(InHardware(key)),
            ..phone.ports()
        };
        phone.reopen_with(ports).await;
    }
    phone.accept_notice().await;
    phone.show(FRONT, &LUPITA.front).await.unwrap();
    phone
        .server
        .once(Method::Post, "/v1/activations", Fault::AnswerLost);
    phone.begin("lupita@ejemplo.mx").await.unwrap_err();
    phone.passes(TimeDelta::minutes(minutes)).await;
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    phone.complete(CODE).await.unwrap();
    phone.server.inner().mails.len()
}

#[tokio::test]
async fn a_key_whose_challenge_is_over_is_made_anew_and_no_other() {
    assert_eq!(mails_after(9, true).await, 1, "the same activation again");
    assert_eq!(mails_after(11, true).await, 2, "a new key, so a new one");
    assert_eq!(mails_after(11, false).await, 1, "nothing can end");
}

#[tokio::test]
async fn without_an_answer_to_the_challenge_no_key_is_made() {
    let phone = Phone::new().await;
    phone.accept_notice().await;
    phone.show(FRONT, &LUPITA.front).await.unwrap();
    phone
        .server
        .once(Method::Post, "/v1/challenges", Fault::Unreachable);
    let refused = code(phone.begin("lupita@ejemplo.mx").await);
    assert_eq!(refused, PhoneCode::ServerUnreachable);
    let key = SoftwareKey::in_folder(phone.folder.path());
    assert!(!key.exists().await.unwrap());
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    phone.complete(CODE).await.unwrap();
}

#[tokio::test]
async fn work_that_the_server_does_not_take_is_done_once_more_and_nobody_notices() {
    for refused in [Code::WorkMissing, Code::WorkExpired, Code::WorkInvalid] {
        let phone = Phone::new().await;
        phone.accept_notice().await;
        phone.show(FRONT, &LUPITA.front).await.unwrap();
        let answer = || Fault::Answer(400, Problem::new(refused));
        let path = "/v1/activations";
        phone.server.once(Method::Post, path, answer());
        phone.begin("lupita@ejemplo.mx").await.unwrap();
        assert_eq!(phone.server.count(Method::Post, "/v1/challenges"), 2);
        assert_eq!(phone.server.inner().mails.len(), 1);

        // A server that refuses every proof is not asked for ever.
        let phone = Phone::new().await;
        phone.accept_notice().await;
        phone.show(FRONT, &LUPITA.front).await.unwrap();
        phone.server.fail(Method::Post, path, answer(), 0, 9);
        assert_eq!(code(phone.begin("lupita@ejemplo.mx").await), refused);
        assert_eq!(phone.server.count(Method::Post, path), 2);
    }
}

#[tokio::test]
async fn lupita_is_told_that_the_mail_bounced_until_she_asks_for_another() {
    let mut phone = Phone::new().await;
    let trouble = |state: AppState| match state.activation {
        ActivationView::Code { mail, .. } => mail.map(|problem| problem.code),
        other => panic!("no code is on its way: {other:?}"),
    };
    // No mail was sent, so the server is not asked.
    phone.door(Door::LookAfterMail).await.unwrap();
    assert_eq!(phone.server.count(Method::Get, "/v1/activations"), 0);
    phone.ask_for_code().await;
    for (fate, told) in [
        (MailFate::Sent, None),
        (MailFate::Refused, Some(PhoneCode::MailRefused.into())),
        (MailFate::Bounced, Some(PhoneCode::MailBounced.into())),
    ] {
        phone.server.inner().mail = fate;
        let state = phone.door(Door::LookAfterMail).await.unwrap();
        assert_eq!(trouble(state), told);
    }
    phone.reopen().await;
    assert_eq!(
        trouble(phone.state().await),
        Some(PhoneCode::MailBounced.into())
    );
    // Without a network the last answer stays.
    phone.server.away();
    let unreached = phone.door(Door::LookAfterMail).await;
    assert_eq!(code(unreached), PhoneCode::ServerUnreachable);
    assert_eq!(
        trouble(phone.state().await),
        Some(PhoneCode::MailBounced.into())
    );
    phone.server.back();
    let state = phone.door(Door::ResendCode).await.unwrap();
    assert_eq!(trouble(state), None);
}
