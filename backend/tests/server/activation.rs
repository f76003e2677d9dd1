use crate::{given::picture, phone::Phone, world::World};
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use protocol::{
    activation::{ActivationBegun, ActivationCompleted},
    code::Code,
    tally::Tally,
};

const LUPITA: &str = "lupita@example.org";
const QR: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

#[tokio::test]
async fn lupita_activates_her_phone_with_the_code_of_the_mail() {
    let world = World::new().await;
    let phone = Phone::new();
    let answer = phone.begin(&world, LUPITA).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let begun: ActivationBegun = answer.json();
    assert_eq!(begun.expires_at, world.core.now() + TimeDelta::hours(24));
    assert_eq!(begun.resend_after_s, 60);

    let code = world
        .code_for(LUPITA)
        .await
        .to_string()
        .to_lowercase()
        .replace('-', " ");
    let answer = phone.complete(&world, &code).await;
    let completed: ActivationCompleted = answer.json();
    assert_eq!(completed.receipt_key, world.core.keys.receipt_public());

    // The answer was lost: the same try gets the same answer, and another try does not.
    let again = phone.complete(&world, &code).await;
    assert_eq!(again.body, answer.body);
    let id = phone.activation.to_string();
    let other = phone
        .try_code(&world, phone.activation, &id, &code, b"second")
        .await;
    other.is_refused_with(Code::CodeUsed);
}

#[tokio::test]
async fn the_answer_is_the_same_for_every_address_and_asking_twice_mails_once() {
    let world = World::new().await;
    let phone = Phone::new();
    let first = phone.begin(&world, LUPITA).await;
    let again = phone.begin(&world, LUPITA).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(world.mails().await.len(), 1);
    let other = Phone::new().begin(&world, "unknown@example.org").await;
    assert_eq!(other.body.len(), first.body.len());
    assert_eq!(other.status, first.status);
}

#[tokio::test]
async fn five_wrong_codes_end_it_and_the_right_one_opens_nothing_any_more() {
    let world = World::new().await;
    let phone = Phone::new();
    phone.begin(&world, LUPITA).await;
    let code = world.code_for(LUPITA).await.to_string();
    let id = phone.activation.to_string();
    for (tries_left, attempt) in [4, 3, 2, 1].into_iter().zip(0u8..) {
        let answer = phone
            .try_code(&world, phone.activation, &id, "0000-0000", &[attempt])
            .await;
        let problem = answer.problem();
        assert_eq!(problem.code, Code::CodeWrong);
        assert_eq!(problem.tries_left, Some(tries_left));
    }
    phone
        .try_code(&world, phone.activation, &id, "0000-0000", b"fifth")
        .await;
    let answer = phone
        .try_code(&world, phone.activation, &id, &code, b"sixth")
        .await;
    answer.is_refused_with(Code::CodeExhausted);
    phone
        .resend(&world)
        .await
        .is_refused_with(Code::CodeExhausted);
}

#[tokio::test]
async fn the_code_opens_for_a_day_and_not_a_millisecond_longer() {
    for (time, opens) in [
        (TimeDelta::hours(24) - TimeDelta::milliseconds(1), true),
        (TimeDelta::hours(24), false),
    ] {
        let world = World::new().await;
        let phone = Phone::new();
        phone.begin(&world, LUPITA).await;
        let code = world.code_for(LUPITA).await.to_string();
        world.pass(time);
        let answer = phone.complete(&world, &code).await;
        match opens {
            true => assert_eq!(answer.status, StatusCode::OK),
            false => answer.is_refused_with(Code::CodeExpired),
        }
    }
}

#[tokio::test]
async fn a_code_that_was_read_over_the_shoulder_is_of_no_use_on_another_phone() {
    let world = World::new().await;
    let (phone, thief) = (Phone::new(), Phone::new());
    phone.begin(&world, LUPITA).await;
    thief.begin(&world, "thief@example.org").await;
    let code = world.code_for(LUPITA).await.to_string();
    for name in [phone.activation.to_string(), thief.activation.to_string()] {
        let answer = thief
            .try_code(&world, phone.activation, &name, &code, b"1")
            .await;
        answer.is_refused_with(Code::CodeForeignDevice);
    }
    let nobody = "ffffffffffffffffffffffffffffffff";
    let answer = thief
        .try_code(&world, phone.activation, nobody, &code, b"1")
        .await;
    answer.is_refused_with(Code::DeviceUnknown);
    // None of these requests cost Lupita a try.
    assert_eq!(phone.complete(&world, &code).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_mail_comes_after_a_minute_and_the_old_code_is_void() {
    let world = World::new().await;
    let phone = Phone::new();
    phone.begin(&world, LUPITA).await;
    let old = world.code_for(LUPITA).await.to_string();
    let early = phone.resend(&world).await;
    assert_eq!(early.problem().retry_after_s, Some(60));
    assert_eq!(early.headers["retry-after"], "60");
    early.is_refused_with(Code::ResendTooSoon);

    world.pass(TimeDelta::seconds(60));
    assert_eq!(phone.resend(&world).await.status, StatusCode::ACCEPTED);
    assert_eq!(
        world.mails().await.len(),
        1,
        "the older mail is not sent any more"
    );
    let new = world.code_for(LUPITA).await.to_string();
    let id = phone.activation.to_string();
    phone
        .try_code(&world, phone.activation, &id, &old, b"old")
        .await
        .is_refused_with(Code::CodeWrong);
    assert_eq!(phone.complete(&world, &new).await.status, StatusCode::OK);
    phone.resend(&world).await.is_refused_with(Code::CodeUsed);
}

#[tokio::test]
async fn what_is_not_of_its_form_is_refused_with_its_own_code() {
    let world = World::with(
        |config| config.notices = vec!["feedfeedfeedfeed".to_owned()],
        false,
    )
    .await;
    let phone = Phone::new();
    let cases = [
        ("email", serde_json::json!("lupita"), Code::EmailInvalid),
        (
            "device_key",
            serde_json::json!("AAAA"),
            Code::DeviceKeyInvalid,
        ),
        (
            "notice_version",
            serde_json::json!("v1"),
            Code::RequestMalformed,
        ),
        (
            "notice_version",
            serde_json::json!("0000000000000000"),
            Code::NoticeOutdated,
        ),
        ("activation", serde_json::json!("x"), Code::RequestMalformed),
        ("language", serde_json::json!("fr"), Code::RequestMalformed),
    ];
    for (field, value, code) in cases {
        let mut body = serde_json::to_value(phone.beginning(&world, LUPITA)).unwrap();
        body[field] = value;
        let body = serde_json::to_vec(&body).unwrap();
        let request = phone.request("new", Method::POST, "/v1/activations", body);
        world.send(request).await.is_refused_with(code);
    }
    assert!(world.mails().await.is_empty());
    let nobody = Phone::new();
    nobody
        .complete(&world, "7K2M-Q9RX")
        .await
        .is_refused_with(Code::ActivationUnknown);
    nobody
        .complete(&world, "7K2M")
        .await
        .is_refused_with(Code::CodeMalformed);
    nobody
        .resend(&world)
        .await
        .is_refused_with(Code::ActivationUnknown);
}

#[tokio::test]
async fn an_activation_id_belongs_to_the_phone_that_chose_it() {
    let world = World::new().await;
    let phone = Phone::new();
    phone.begin(&world, LUPITA).await;
    let mut other = Phone::new();
    other.activation = phone.activation;
    other
        .begin(&world, LUPITA)
        .await
        .is_refused_with(Code::RequestMalformed);
    assert_eq!(world.mails().await.len(), 1);
    other
        .resend(&world)
        .await
        .is_refused_with(Code::SignatureInvalid);
}

#[tokio::test]
async fn nobody_can_fill_a_strangers_mailbox() {
    let world = World::with(|config| config.limits.mails_per_address_per_day = 3, false).await;
    for spelling in ["ro.sa@gmail.com", "rosa@gmail.com", "Rosa+x@gmail.com"] {
        assert_eq!(
            Phone::new().begin(&world, spelling).await.status,
            StatusCode::ACCEPTED
        );
    }
    let refused = Phone::new().begin(&world, "rosa@gmail.com").await;
    assert_eq!(refused.problem().retry_after_s, Some(24 * 3600));
    refused.is_refused_with(Code::TooManyRequests);
}

#[tokio::test]
async fn a_revoked_phone_is_told_so() {
    let world = World::new().await;
    let phone = world.activated_phone(LUPITA).await;
    let ask = || phone.ask(&world, Method::GET, "/v1/campaigns", Vec::new());
    assert_eq!(ask().await.status, StatusCode::OK);
    let device = phone.device.parse().unwrap();
    world
        .core
        .storage
        .revoke_device(device, world.core.now())
        .await
        .unwrap();
    ask().await.is_refused_with(Code::DeviceRevoked);
}

#[tokio::test]
async fn a_phone_that_forgets_itself_is_refused_and_its_apoyos_stay() {
    let world = World::new().await;
    let phone = world.activated_phone(LUPITA).await;
    let other = world.activated_phone("ramon@example.org").await;
    let apoyo = phone
        .prepare(&world, "agua", &picture(640, 480, b"back"), QR)
        .await;
    assert_eq!(phone.give(&world, &apoyo).await.status, StatusCode::OK);

    let forget = async |by: &Phone, whom: &Phone| {
        let path = format!("/v1/devices/{}", whom.device);
        by.ask(&world, Method::DELETE, &path, Vec::new()).await
    };
    let campaigns = async |by: &Phone| {
        by.ask(&world, Method::GET, "/v1/campaigns", Vec::new())
            .await
    };
    forget(&other, &phone).await.is_refused_with(Code::NotFound);
    let stranger = Phone::new();
    let in_her_name = stranger.request(
        &phone.device,
        Method::DELETE,
        &format!("/v1/devices/{}", phone.device),
        Vec::new(),
    );
    world
        .send(in_her_name)
        .await
        .is_refused_with(Code::SignatureInvalid);
    assert_eq!(campaigns(&phone).await.status, StatusCode::OK);

    let answer = forget(&phone, &phone).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    assert!(answer.body.is_empty());
    campaigns(&phone).await.is_refused_with(Code::DeviceRevoked);
    phone
        .put_blob(&world, &picture(640, 480, b"late"))
        .await
        .is_refused_with(Code::DeviceRevoked);
    phone
        .give(&world, &apoyo)
        .await
        .is_refused_with(Code::DeviceRevoked);

    let device = phone.device.parse().unwrap();
    let revoked_at = async || {
        let device = world.core.storage.device(device).await.unwrap();
        device.unwrap().revoked_at
    };
    let first = revoked_at().await;
    assert_eq!(first, Some(world.core.now()));
    world.pass(TimeDelta::minutes(1));
    let again = forget(&phone, &phone).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT, "{}", again.text());
    assert_eq!(revoked_at().await, first, "the first moment is kept");
    forget(&phone, &other).await.is_refused_with(Code::NotFound);
    assert_eq!(campaigns(&other).await.status, StatusCode::OK);
    let tally: Tally = world.get("/v1/campaigns/agua/tally").await.json();
    assert_eq!(tally.total.received, 1, "what she gave stays");
}
