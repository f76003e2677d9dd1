//! A phone is activated: by its owner, once, in time, with the code of the mail.

use e2e::{
    faults::MovableClock,
    mailbox,
    people::Name::{Beto, Chayo, Lupita},
    wire::Phone,
    world::{LooseEnd, Setting, TestWorld, activated, attempt, campaign},
};
use protocol::{
    activation::{ActivationBegun, ActivationCode, CompleteActivation},
    code::Code,
    environment::SystemEntropy,
    ids::{ActivationId, Sha256Hash},
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
async fn a_used_code_opens_nothing_more() {
    let world = TestWorld::new();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    activated(
        phone.clone(),
        &world.wire().complete(&phone, id, &with_code(&code)).await,
    );
    world.mailed().await;
    let before = world.rows();
    world
        .wire()
        .complete(&phone, id, &with_code(&code))
        .await
        .refused(409, Code::CodeUsed);
    world
        .wire()
        .resend(&phone, id)
        .await
        .refused(409, Code::CodeUsed);
    assert_eq!(world.rows(), before);
}

#[tokio::test]
async fn lupita_mistypes_the_code_and_is_told_how_many_tries_are_left() {
    let world = TestWorld::new();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    for left in [4, 3, 2, 1] {
        let answer = world.wire().complete(&phone, id, &guess(&code)).await;
        assert_eq!(answer.refused(403, Code::CodeWrong).tries_left, Some(left));
    }
    assert_eq!(world.rows().devices, 0);
    let answer = world.wire().complete(&phone, id, &with_code(&code)).await;
    activated(phone, &answer);
}

#[tokio::test]
async fn the_sixth_try_is_refused_even_with_the_right_code() {
    let world = TestWorld::new();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    let mut last = None;
    for _ in 0..5 {
        let answer = world.wire().complete(&phone, id, &guess(&code)).await;
        last = answer.refused(403, Code::CodeWrong).tries_left;
    }
    assert_eq!(last, Some(0));
    world
        .wire()
        .complete(&phone, id, &with_code(&code))
        .await
        .refused(403, Code::CodeExhausted);
    world
        .wire()
        .resend(&phone, id)
        .await
        .refused(403, Code::CodeExhausted);
    assert_eq!(world.rows().devices, 0);
}

#[tokio::test]
async fn of_forty_guesses_at_once_only_five_are_looked_at() {
    let world = TestWorld::new();
    let (phone, id) = world.begin(&Lupita.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let (wire, phone, guess) = (world.wire(), phone.clone(), guess(&code));
        tries.spawn(async move { wire.complete(&phone, id, &guess).await.problem().code });
    }
    let codes = tries.join_all().await;
    let wrong = codes
        .iter()
        .filter(|code| **code == Code::CodeWrong)
        .count();
    let exhausted = codes
        .iter()
        .filter(|code| **code == Code::CodeExhausted)
        .count();
    assert_eq!((wrong, exhausted), (5, 35));
}

#[tokio::test]
async fn betos_phone_cannot_use_lupitas_code() {
    let world = TestWorld::new();
    let (lupitas, id) = world.begin(&Lupita.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    let (betos, _) = world.begin(&Beto.email(), b"another front").await;
    mailbox::wait_for_code(&world.outbox(), &Beto.email(), 1);
    // A mail lies in the outbox a moment before the server has noted that.
    world.mailed().await;
    let before = world.rows();

    // Under his own name, and under hers.
    for phone in [betos.clone(), betos.named(id)] {
        world
            .wire()
            .complete(&phone, id, &with_code(&code))
            .await
            .refused(403, Code::CodeForeignDevice);
        world
            .wire()
            .complete(&phone, id, &guess(&code))
            .await
            .refused(403, Code::CodeForeignDevice);
    }
    // A phone that nobody knows learns nothing at all.
    let answer = world
        .wire()
        .complete(
            &Phone::new().named("ffffffffffffffffffffffffffffffff"),
            id,
            &with_code(&code),
        )
        .await;
    answer.refused(401, Code::DeviceUnknown);
    assert_eq!(world.rows(), before);

    // None of that cost Lupita a try.
    let answer = world.wire().complete(&lupitas, id, &guess(&code)).await;
    assert_eq!(answer.refused(403, Code::CodeWrong).tries_left, Some(4));
    let answer = world.wire().complete(&lupitas, id, &with_code(&code)).await;
    activated(lupitas, &answer);
}

#[tokio::test]
async fn chayo_looks_into_her_mail_the_day_after_tomorrow() {
    let clock = MovableClock::new().unwrap();
    let world = Setting {
        environment: clock.environment(),
        ..Setting::default()
    }
    .start();
    let (phone, id) = world.begin(&Chayo.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Chayo.email(), 1);
    clock.ahead(Duration::from_secs(24 * 3600 + 1)).unwrap();
    world
        .wire()
        .complete(&phone, id, &with_code(&code))
        .await
        .refused(410, Code::CodeExpired);
    assert_eq!(world.rows().devices, 0);

    // She begins anew and is in time.
    let (phone, id) = world.begin(&Chayo.email(), b"front").await;
    let code = mailbox::wait_for_code(&world.outbox(), &Chayo.email(), 2);
    clock.ahead(Duration::from_secs(48 * 3600 - 60)).unwrap();
    let answer = world.wire().complete(&phone, id, &with_code(&code)).await;
    activated(phone, &answer);
}

#[tokio::test]
async fn the_mail_is_asked_for_again_after_a_minute_and_not_before() {
    let clock = MovableClock::new().unwrap();
    let world = Setting {
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

    clock.ahead(Duration::from_secs(61)).unwrap();
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
    // Spelled differently, it is the same mailbox.
    for email in [
        "lupita@ejemplo.mx",
        "Lupita@ejemplo.mx",
        "lupita+x@ejemplo.mx",
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
async fn what_is_not_a_request_is_refused_by_its_code_and_leaves_nothing() {
    let world = TestWorld::new();
    let wire = world.wire();
    let phone = Phone::new();
    let good = phone.begin(&Lupita.email(), b"front");
    let json = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value = serde_json::to_value(&good).unwrap();
        change(&mut value);
        serde_json::to_vec(&value).unwrap()
    };
    world.mailed().await;
    let before = world.rows();
    let begin = "/v1/activations";
    for (what, body, status, code) in [
        ("nothing", Vec::new(), 400, Code::RequestMalformed),
        (
            "no JSON",
            b"\x00\xff{".to_vec(),
            400,
            Code::RequestMalformed,
        ),
        ("a list", b"[]".to_vec(), 400, Code::RequestMalformed),
        ("100 KB", vec![b' '; 100_000], 413, Code::BodyTooLarge),
        ("deep", b"[".repeat(10_000), 400, Code::RequestMalformed),
        (
            "a field is missing",
            json(&|v| drop(v.as_object_mut().unwrap().remove("front"))),
            400,
            Code::RequestMalformed,
        ),
        (
            "no address",
            json(&|v| v["email"] = "lupita".into()),
            422,
            Code::EmailInvalid,
        ),
        (
            "two headers",
            json(&|v| v["email"] = "a@b.mx\r\nBcc: c@d.mx".into()),
            422,
            Code::EmailInvalid,
        ),
        (
            "no point",
            json(&|v| v["device_key"] = "AAAA".into()),
            422,
            Code::DeviceKeyInvalid,
        ),
        (
            "no version",
            json(&|v| v["notice_version"] = "1".into()),
            400,
            Code::RequestMalformed,
        ),
        (
            "no language",
            json(&|v| v["language"] = "fr".into()),
            400,
            Code::RequestMalformed,
        ),
    ] {
        let answer = wire.post(&phone, begin, body).await;
        let problem = answer.problem();
        assert_eq!((answer.status, problem.code), (status, code), "{what}");
    }

    let post = reqwest::Method::POST;
    let body = serde_json::to_vec(&good).unwrap();
    let unsigned = wire
        .send(post.clone(), begin, None, body.clone())
        .await
        .unwrap();
    unsigned.refused(401, Code::SignatureMissing);
    let other = Phone::new().sign("POST", begin, &Sha256Hash::of(&body));
    let answer = wire
        .send(post.clone(), begin, Some(&other), body.clone())
        .await
        .unwrap();
    answer.refused(401, Code::SignatureInvalid);
    let other_address = phone.sign("POST", "/v1/other", &Sha256Hash::of(&body));
    let answer = wire
        .send(post, begin, Some(&other_address), body)
        .await
        .unwrap();
    answer.refused(401, Code::SignatureInvalid);

    let nobody = ActivationId::from_bytes([7; 16]);
    let answer = wire
        .complete(
            &phone.named(nobody),
            nobody,
            &with_code(&"7K2M-Q9RX".parse().unwrap()),
        )
        .await;
    answer.refused(404, Code::ActivationUnknown);
    let malformed = br#"{"code":"7K2M","attempt":""}"#.to_vec();
    let path = format!("/v1/activations/{nobody}/complete");
    wire.post(&phone, &path, malformed)
        .await
        .refused(422, Code::CodeMalformed);
    wire.resend(&phone, nobody)
        .await
        .refused(404, Code::ActivationUnknown);
    wire.get(begin).await.refused(405, Code::MethodNotAllowed);
    wire.get("/v1/nada").await.refused(404, Code::NotFound);
    wire.get("/v1/campaigns/nadie/tally")
        .await
        .refused(404, Code::CampaignUnknown);
    assert_eq!(world.rows(), before);
    assert_eq!(world.tally(&campaign("ana")).await.total.received, 0);
}

#[tokio::test]
async fn an_activation_id_belongs_to_who_began_it() {
    let world = TestWorld::new();
    let lupitas = Phone::new();
    let begin = lupitas.begin(&Lupita.email(), b"front");
    world
        .wire()
        .begin(&lupitas, &begin)
        .await
        .json::<ActivationBegun>(202);
    let betos = Phone::new();
    let mut stolen = betos.begin(&Beto.email(), b"front");
    stolen.activation = begin.activation;
    let answer = world.wire().begin(&betos, &stolen).await;
    let problem = answer.refused(400, Code::RequestMalformed);
    assert_eq!(problem.field.as_deref(), Some("activation"));
    mailbox::wait_for_code(&world.outbox(), &Lupita.email(), 1);
    let rows = world.rows();
    assert_eq!((rows.activations, rows.mails), (1, 1));
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
