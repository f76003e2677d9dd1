//! Requests of strangers: long bodies, unknown fields, networks.

use crate::{given::picture, phone::Phone, world::World};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use backend::{config::Config, http::network::Peer};
use chrono::TimeDelta;
use protocol::{
    attestation::AskChallenge,
    code::Code,
    devices::{KEY_HEADER, SIGNATURE_HEADER},
    ids::{ApoyoId, Sha256Hash},
    seal::SealedPart,
};
use serde_json::Value;
use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};
use storage::limits::Noticed;

const QR: &str = "http://qr.ine.mx/000123456789000123456789/20230415/P/000001";

// ---- bodies

#[tokio::test]
async fn nobody_who_is_not_known_sends_a_long_body() {
    let world = World::new().await;
    let phone = Phone::new();
    let nobody = Sha256Hash::of(b"nobody").to_string();
    let path = "/v1/apoyos/00000000000000000000000000000000";
    // A body of which nothing comes: who waits for it waits for fifteen seconds.
    let (parts, _) = phone
        .request(&nobody[..32], Method::PUT, path, vec![b' '; 200_000])
        .into_parts();
    let body = Body::from_stream(futures_util::stream::pending::<std::io::Result<Vec<u8>>>());
    let begun = Instant::now();
    let answer = world.send(Request::from_parts(parts, body)).await;
    answer.is_refused_with(Code::DeviceUnknown);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

/// Copies of `value`, each with an unknown field in another of its objects.
fn padded(value: &Value) -> Vec<Value> {
    fn places(value: &Value, here: String, into: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                into.push(here.clone());
                for (name, field) in fields {
                    places(field, format!("{here}/{name}"), into);
                }
            }
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    places(item, format!("{here}/{number}"), into);
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    places(value, String::new(), &mut all);
    let pad = |place: &String| {
        let mut padded = value.clone();
        let object = padded.pointer_mut(place).unwrap();
        object["padding"] = Value::String("x".repeat(100));
        padded
    };
    all.iter().map(pad).collect()
}

#[tokio::test]
async fn a_field_that_nobody_asked_for_is_refused_wherever_it_is() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let newcomer = Phone::new();
    let ask = serde_json::to_value(AskChallenge {
        activation: newcomer.activation,
    });
    let begin = serde_json::to_value(newcomer.beginning(&world, "beto@example.org"));
    let complete = serde_json::json!({
        "code": "7K2M-Q9RX", "attempt": Sha256Hash::of(b"x").to_string(),
    });
    let signin = serde_json::json!({
        "provider": "google", "device_key": newcomer.public_key(),
        "return_to": {"way": "app_link"}, "language": "es-MX",
    });
    let apoyo = phone
        .prepare(&world, "agua", &picture(640, 480, b"1"), QR)
        .await;
    let submission: Value = serde_json::from_slice(&apoyo.body()).unwrap();
    let giving = apoyo.path();
    let completing = format!("/v1/activations/{}/complete", newcomer.activation);
    let requests = [
        (
            Method::POST,
            "/v1/challenges",
            ask.unwrap(),
            &newcomer,
            "new",
        ),
        (
            Method::POST,
            "/v1/activations",
            begin.unwrap(),
            &newcomer,
            "new",
        ),
        (Method::POST, &*completing, complete, &newcomer, "new"),
        (Method::POST, "/v1/signins", signin, &newcomer, "new"),
        (Method::PUT, &*giving, submission, &phone, &*phone.device),
    ];
    let mut tried = 0;
    for (method, path, honest, phone, name) in requests {
        for padded in padded(&honest) {
            let body = serde_json::to_vec(&padded).unwrap();
            let answer = world
                .send(phone.request(name, method.clone(), path, body))
                .await;
            let code = answer.problem().code;
            // What the server put into the work's own data it knows again by its signature.
            let in_data = padded
                .get("work")
                .and_then(|work| work.pointer("/challenge/parameters/data/padding"))
                .is_some();
            let refused = match in_data {
                true => code == Code::WorkInvalid,
                false => code == Code::RequestMalformed,
            };
            assert!(refused, "{path}: {code} for {padded}");
            tried += 1;
        }
    }
    // Work has objects in objects, an apoyo has its four parts.
    assert!(tried > 15, "{tried}");
    // Neither is a query with more than its fields, nor an apoyo that is mostly spaces.
    let path = "/v1/campaigns?entidad=9&padding=x";
    let answer = phone.ask(&world, Method::GET, path, Vec::new()).await;
    answer.is_refused_with(Code::RequestMalformed);
    let mut spaces = apoyo.body();
    drop(spaces.splice(1..1, std::iter::repeat_n(b' ', 100_000)));
    let answer = phone.ask(&world, Method::PUT, &apoyo.path(), spaces).await;
    answer.is_refused_with(Code::RequestMalformed);
}

#[tokio::test]
async fn fields_that_are_sealed_hold_nothing_that_nobody_asked_for() {
    let world = World::new().await;
    let phone = world.activated_phone("lupita@example.org").await;
    let mut apoyo = phone
        .prepare(&world, "agua", &picture(640, 480, b"1"), QR)
        .await;
    let fields = serde_json::json!({
        "captured_at": world.core.now(), "notice_version": crate::world::NOTICE,
        "language": "es-MX", "signature_kind": "drawn", "findings": [], "model": "G", "qr": QR,
        "padding": "x",
    });
    let id: ApoyoId = apoyo.manifest.apoyo;
    apoyo.payload = world.sealed(
        "agua",
        id,
        SealedPart::Fields,
        &serde_json::to_vec(&fields).unwrap(),
    );
    apoyo.manifest.payload = Sha256Hash::of(&apoyo.payload);
    let refused = phone.give(&world, &apoyo).await;
    refused.is_refused_with(Code::ManifestInvalid);
}

// ---- networks count strangers

#[tokio::test]
async fn a_busy_network_keeps_no_phone_from_the_activation_that_it_has_begun() {
    let few = |config: &mut Config| {
        config.limits.requests_per_network_per_minute = NonZeroU32::new(5).unwrap();
    };
    let world = World::with(few, false).await;
    let from_network = |request: Request<Body>| {
        let (mut parts, body) = request.into_parts();
        parts
            .extensions
            .insert(Peer("203.0.113.9:1".parse().unwrap()));
        Request::from_parts(parts, body)
    };
    let phone = Phone::new();
    let body = serde_json::to_vec(&phone.beginning(&world, "lupita@example.org")).unwrap();
    let begun = phone.request("new", Method::POST, "/v1/activations", body);
    let answer = world.send(from_network(begun)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    // Neighbours use up what strangers of this network have.
    let challenge = || {
        let asked = AskChallenge {
            activation: phone.activation,
        };
        let body = serde_json::to_vec(&asked).unwrap();
        from_network(Request::post("/v1/challenges").body(body.into()).unwrap())
    };
    while world.send(challenge()).await.status.is_success() {}

    let path = format!("/v1/activations/{}", phone.activation);
    let name = phone.activation.to_string();
    let ask = |phone: &Phone| from_network(phone.request(&name, Method::GET, &path, Vec::new()));
    for _ in 0..20 {
        let answer = world.send(ask(&phone)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
    // Who only says that it began it is a stranger.
    let liar = world.send(ask(&Phone::new())).await;
    liar.is_refused_with(Code::TooManyRequests);
    // And who did begin it asks within reason.
    let mut answers = 0;
    while world.send(ask(&phone)).await.status.is_success() {
        answers += 1;
        assert!(answers < 1_000, "there is an end");
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_named_is_warned_of_once_a_minute_and_remembered() {
    let world = World::new().await;
    let ask = |peer: &str| {
        let request = Request::get("/healthz")
            .header("x-forwarded-for", "203.0.113.9")
            .extension(Peer(peer.parse().unwrap()))
            .body(Body::empty());
        world.send(request.unwrap())
    };
    let warned = async || {
        let metrics = world.ask_operators("/metrics").await.text();
        let lines = metrics
            .lines()
            .filter(|line| line.starts_with("apoyo_forwarded_total"));
        let counts = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
        counts.sum::<u64>()
    };
    for _ in 0..50 {
        ask("10.0.0.7:80").await;
    }
    assert_eq!(warned().await, 1);
    world.pass(TimeDelta::seconds(61));
    ask("198.51.100.7:80").await;
    assert_eq!(warned().await, 2);
    let until = Instant::now() + Duration::from_secs(5);
    let storage = &world.core.storage;
    while storage
        .noticed(Noticed::ForwardedByStranger)
        .await
        .unwrap()
        .is_none()
    {
        assert!(Instant::now() < until, "it is written down for doctor");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let near = storage
        .noticed(Noticed::ForwardedByNeighbour)
        .await
        .unwrap();
    assert!(near.is_some());
}

#[tokio::test]
async fn what_operators_ask_is_not_answered_to_everybody() {
    let world = World::new().await;
    for path in ["/metrics", "/readyz"] {
        world.get(path).await.is_refused_with(Code::NotFound);
        assert_eq!(world.ask_operators(path).await.status, StatusCode::OK);
    }
    // Figures are kept: what is asked without end is counted once.
    let before = Instant::now();
    for _ in 0..2_000 {
        world.ask_operators("/metrics").await;
    }
    assert!(
        before.elapsed() < Duration::from_secs(5),
        "{:?}",
        before.elapsed()
    );
}

#[tokio::test]
async fn a_signature_in_the_name_of_nobody_is_told_so_before_anything_is_read() {
    let world = World::new().await;
    let request = Request::put("/v1/apoyos/00000000000000000000000000000000")
        .header(KEY_HEADER, "ffffffffffffffffffffffffffffffff")
        .header(SIGNATURE_HEADER, "AAAA")
        .header("content-length", 200_000)
        .body(Body::from(vec![b' '; 200_000]))
        .unwrap();
    world
        .send(request)
        .await
        .is_refused_with(Code::DeviceUnknown);
}
