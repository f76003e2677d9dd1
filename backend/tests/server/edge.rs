use crate::world::World;
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use protocol::{
    code::Code,
    devices::{KEY_HEADER, SIGNATURE_HEADER},
};

#[tokio::test]
async fn wrong_doors_are_refused_in_the_same_shape() {
    let world = World::new().await;
    world
        .get("/v2/everything")
        .await
        .is_refused_with(Code::NotFound);
    world
        .get("/demo/outbox")
        .await
        .is_refused_with(Code::NotFound);
    let delete = Request::delete("/v1/campaigns")
        .body(Body::empty())
        .unwrap();
    let answer = world.send(delete).await;
    assert!(
        answer.headers[header::ALLOW]
            .to_str()
            .unwrap()
            .contains("GET")
    );
    answer.is_refused_with(Code::MethodNotAllowed);
    world
        .get("/v1/campaigns/none/tally")
        .await
        .is_refused_with(Code::CampaignUnknown);
    world
        .get("/v1/campaigns/..%2Fetc/tally")
        .await
        .is_refused_with(Code::RequestMalformed);
}

#[tokio::test]
async fn without_a_good_signature_nothing_is_answered() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    world
        .get("/v1/campaigns")
        .await
        .is_refused_with(Code::SignatureMissing);
    let ask = |key: &str, signature: &str| {
        let request = Request::get("/v1/campaigns")
            .header(KEY_HEADER, key)
            .header(SIGNATURE_HEADER, signature);
        world.send(request.body(Body::empty()).unwrap())
    };
    let nobody = "ffffffffffffffffffffffffffffffff";
    for (key, signature, code) in [
        (phone.device.as_str(), "!", Code::SignatureInvalid),
        (phone.device.as_str(), "AAAA", Code::SignatureInvalid),
        (nobody, "AAAA", Code::DeviceUnknown),
        ("new", "AAAA", Code::DeviceUnknown),
    ] {
        ask(key, signature).await.is_refused_with(code);
    }
    // A signature is good for one address only.
    let other = phone.request(
        &phone.device,
        Method::GET,
        "/v1/campaigns?entidad=9",
        Vec::new(),
    );
    let (mut parts, body) = other.into_parts();
    parts.uri = "/v1/campaigns".parse().unwrap();
    world
        .send(Request::from_parts(parts, body))
        .await
        .is_refused_with(Code::SignatureInvalid);
}

#[tokio::test]
async fn a_body_that_is_too_long_or_no_json_is_refused() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let path = "/v1/apoyos/00000000000000000000000000000000";
    let long = phone
        .ask(&world, Method::PUT, path, vec![b' '; 256 * 1024 + 1])
        .await;
    long.is_refused_with(Code::BodyTooLarge);
    let bad = phone.ask(&world, Method::PUT, path, b"{".to_vec()).await;
    bad.is_refused_with(Code::RequestMalformed);
    let bad = phone
        .ask(&world, Method::PUT, "/v1/apoyos/7", b"{}".to_vec())
        .await;
    bad.is_refused_with(Code::RequestMalformed);
    let bad = phone
        .ask(&world, Method::PUT, "/v1/blobs/7", Vec::new())
        .await;
    bad.is_refused_with(Code::RequestMalformed);
}

#[tokio::test]
async fn every_answer_has_its_name_and_its_guards() {
    let world = World::new().await;
    for path in ["/", "/healthz", "/nowhere", "/v1/campaigns/agua/tally"] {
        let answer = world.get(path).await;
        assert_eq!(answer.headers["x-request-id"].len(), 16, "{path}");
        assert_eq!(
            answer.headers["x-content-type-options"], "nosniff",
            "{path}"
        );
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    }
    let named = Request::get("/healthz").header("x-request-id", "admin logged in");
    let answer = world.send(named.body(Body::empty()).unwrap()).await;
    let id = answer.headers["x-request-id"].to_str().unwrap();
    assert!(id.len() == 16 && hex::decode(id).is_ok(), "{id}");
}

#[tokio::test]
async fn the_operator_sees_health_and_counts_and_no_person() {
    let world = World::new().await;
    world.activated_phone("lupita@example.org").await;
    assert_eq!(world.get("/healthz").await.text(), "ok\n");
    let ready: serde_json::Value = world.ask_operators("/readyz").await.json();
    assert_eq!(ready["ready"], true, "{ready}");
    let metrics = world.ask_operators("/metrics").await.text();
    let wanted = "apoyo_http_request_seconds_count{route=\"/v1/activations\",method=\"POST\",status=\"202\"} 1";
    assert!(metrics.contains(wanted), "{metrics}");
    assert!(
        metrics.contains("apoyo_activation_total{outcome=\"completed\"} 1"),
        "{metrics}"
    );
    assert!(metrics.contains("apoyo_mails_waiting"), "{metrics}");
    assert!(!metrics.contains("example.org"));
    let described: serde_json::Value = world.get("/openapi.json").await.json();
    assert!(described["paths"]["/v1/apoyos/{id}"]["put"].is_object());
}
