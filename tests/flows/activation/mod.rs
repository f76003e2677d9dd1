//! A phone is activated: by its owner, once, in time, with the code of the mail.

mod codes;
mod requests;

use e2e::{
    faults::MovableClock,
    mailbox,
    people::Name::{Beto, Lupita},
    wire::Phone,
    world::{LooseEnd, Setting, TestWorld, activated, attempt},
};
use protocol::{
    activation::{ActivationBegun, ActivationCode, CompleteActivation},
    code::Code,
    environment::SystemEntropy,
};
use std::time::Duration;

fn with_code(code: &ActivationCode) -> CompleteActivation {
    CompleteActivation {
        code: code.clone(),
        attempt: attempt(),
    }
}

/// A code that was not mailed.
fn guess(right: &ActivationCode) -> CompleteActivation {
    loop {
        let code = ActivationCode::random(&SystemEntropy);
        if code != *right {
            return with_code(&code);
        }
    }
}

#[tokio::test]
async fn lupita_activates_her_phone_with_the_code_of_the_mail() {
    let world = TestWorld::new();
    let front = Lupita.pictures().front;
    let (phone, id) = world.begin(&Lupita.email(), &front).await;
    let letter = {
        mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
        mailbox::letters(&world.outbox()).unwrap().remove(0)
    };
    assert!(letter.text.contains("24 horas"), "{}", letter.text);
    let code = letter.code().unwrap();
    let answer = world.wire().complete(&phone, id, &with_code(&code)).await;
    let phone = activated(phone, &answer);
    assert_eq!(world.rows().devices, 1);
    // The phone signs under its new name from now on.
    let path = "/v1/apoyos/00000000000000000000000000000000";
    world
        .wire()
        .get_signed(&phone, path)
        .await
        .refused(404, Code::ApoyoUnknown);
}

#[tokio::test]
async fn the_answer_is_lost_and_lupitas_phone_asks_again_for_the_same_activation() {
    let world = TestWorld::new();
    let phone = Phone::new();
    let begin = phone.begin(&Lupita.email(), b"front");
    let first: ActivationBegun = world.wire().begin(&phone, &begin).await.json(202);
    let again: ActivationBegun = world.wire().begin(&phone, &begin).await.json(202);
    assert_eq!(first.expires_at, again.expires_at);
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    let rows = world.rows();
    assert_eq!(
        (rows.activations, rows.mails),
        (1, 1),
        "one activation, one mail"
    );

    let phone = phone.named(begin.activation);
    let complete = with_code(&code);
    let path = format!("/v1/activations/{}/complete", begin.activation);
    let body = serde_json::to_vec(&complete).unwrap();
    let one = world.wire().post(&phone, &path, body.clone()).await;
    let other = world.wire().post(&phone, &path, body).await;
    assert_eq!((one.status, other.status), (200, 200));
    assert_eq!(one.body, other.body, "the same try gets the same answer");
    assert_eq!(world.rows().devices, 1);
}

#[tokio::test]
async fn the_mail_is_asked_for_again_after_a_minute_and_not_before() {
    let clock = MovableClock::new().unwrap();
    let mut world = Setting {
        environment: clock.environment(),
        ..Setting::default()
    }
    .start();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    let first = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    world.mailed().await;
    let before = world.rows();
    let answer = world.wire().resend(&phone, id).await;
    let problem = answer.refused(429, Code::ResendTooSoon);
    let wait = problem.retry_after_s.unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(answer.retry_after(), Some(u64::from(wait)));
    assert_eq!(world.rows(), before, "no mail is on its way");

    world.off_until(&clock, Duration::from_secs(61));
    let begun: ActivationBegun = world.wire().resend(&phone, id).await.json(202);
    assert_eq!(
        (begun.activation, begun.resend_after_s),
        (id, 300),
        "then rarely"
    );
    let second = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 2);
    assert_ne!(first, second);
    world
        .wire()
        .complete(&phone, id, &with_code(&first))
        .await
        .refused(403, Code::CodeWrong);
    let answer = world.wire().complete(&phone, id, &with_code(&second)).await;
    activated(phone, &answer);
}

#[tokio::test]
async fn nobody_learns_whose_address_is_known() {
    let world = TestWorld::new();
    world.activate(Lupita).await;
    let mut shapes = Vec::new();
    for email in [Lupita.email(), "nadie@ejemplo.mx".to_owned()] {
        let phone = Phone::new();
        let begin = phone.begin(&email, b"front");
        let answer = world.wire().begin(&phone, &begin).await;
        let begun: ActivationBegun = answer.json(202);
        assert_eq!(begun.resend_after_s, 60);
        let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        shapes.push((answer.status, names, answer.body.len()));
    }
    assert_eq!(shapes[0], shapes[1]);
    mailbox::wait_for_code(&world.outbox(), "nadie@ejemplo.mx", 1);
    mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 2);
}

#[tokio::test]
async fn a_stranger_cannot_flood_lupitas_mailbox() {
    let world = Setting {
        config: "[limits]\nmails_per_address_per_hour = 9\nmails_per_address_per_day = 3\n"
            .to_owned(),
        ..Setting::default()
    }
    .start();
    // The domain spelled differently is the same mailbox.
    for email in [
        "lupita@ejemplo.mx",
        "lupita@Ejemplo.mx",
        "lupita@EJEMPLO.MX",
    ] {
        world.begin(email, b"front").await;
    }
    let phone = Phone::new();
    let begin = phone.begin("lupita@ejemplo.mx", b"front");
    let answer = world.wire().begin(&phone, &begin).await;
    answer.refused(429, Code::TooManyRequests);
    assert!(answer.retry_after().is_some_and(|s| s > 3600), "tomorrow");
    assert_eq!(world.rows().mails, 3);
    world.begin(&Beto.email(), b"front").await;
    mailbox::wait_for_code(&world.outbox(), &Beto.email(), 1);
}

#[tokio::test]
async fn the_same_key_activated_again_replaces_the_first_device() {
    let world = TestWorld::new();
    let key = Phone::new();
    let mut phones = Vec::new();
    for nth in 1..=2 {
        let begin = key.begin(&Lupita.email(), b"front");
        world
            .wire()
            .begin(&key, &begin)
            .await
            .json::<ActivationBegun>(202);
        let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), nth);
        let phone = key.named(begin.activation);
        let answer = world
            .wire()
            .complete(&phone, begin.activation, &with_code(&code))
            .await;
        phones.push(activated(phone, &answer));
    }
    assert_eq!(world.rows().devices, 1);
    let path = "/v1/apoyos/00000000000000000000000000000000";
    let ask = async |phone: &Phone| world.wire().get_signed(phone, path).await;
    ask(&phones[0]).await.refused(403, Code::DeviceRevoked);
    ask(&phones[1]).await.refused(404, Code::ApoyoUnknown);
}

#[tokio::test]
async fn a_notice_that_is_no_longer_in_force_is_not_consented_to() {
    let world = Setting {
        config: "notices = [\"fedcba9876543210\"]\n".to_owned(),
        ..Setting::default()
    }
    .start();
    let phone = Phone::new();
    let begin = phone.begin(&Lupita.email(), b"front");
    let answer = world.wire().begin(&phone, &begin).await;
    answer.refused(409, Code::NoticeOutdated);
    assert_eq!(world.rows().activations, 0);
}

#[tokio::test]
async fn the_code_is_on_its_way_even_if_the_server_dies_right_after_the_answer() {
    let mut world = TestWorld::new();
    world.leaves(LooseEnd::IllServer, "it is killed");
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    world.kill();
    world.start();
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    let answer = world.wire().complete(&phone, id, &with_code(&code)).await;
    activated(phone, &answer);
}
