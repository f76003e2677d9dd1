//! Malformed requests, and requests of another phone.

use super::with_code;
use e2e::{
    mailbox,
    people::Name::{Beto, Lupita},
    wire::Phone,
    world::{TestWorld, campaign},
};
use protocol::{
    activation::ActivationBegun,
    code::Code,
    ids::{ActivationId, Sha256Hash},
};

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
