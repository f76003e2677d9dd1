//! Limits for strangers.

use crate::{
    phone::Phone,
    world::{Answer, World},
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use backend::http::network::Peer;
use chrono::TimeDelta;
use protocol::{
    activation::{ActivationCompleted, BeginActivation},
    attestation::{AskChallenge, ChallengeGiven},
    code::Code,
    ids::Sha256Hash,
    sensitive::Sensitive,
};
use std::num::NonZeroU32;

const ROSA: [&str; 4] = [
    "rosa@gmail.com",
    "Ro.Sa@gmail.com",
    "rosa+apoyo@gmail.com",
    "r.o.s.a+x@GoogleMail.com",
];

async fn send(world: &World, phone: &Phone, begin: &BeginActivation) -> Answer {
    let body = serde_json::to_vec(begin).unwrap();
    let request = phone.request("new", Method::POST, "/v1/activations", body);
    world.send(request).await
}

/// A request for a challenge from this address, with this header.
fn challenge(phone: &Phone, peer: &str, forwarded: &str) -> Request<Body> {
    let asked = AskChallenge {
        activation: phone.activation,
    };
    let body = serde_json::to_vec(&asked).unwrap();
    Request::post("/v1/challenges")
        .header("x-forwarded-for", forwarded)
        .extension(Peer(peer.parse().unwrap()))
        .body(body.into())
        .unwrap()
}

#[tokio::test]
async fn ten_thousand_requests_for_one_address_in_a_day_are_six_mails() {
    // Also on a server that asks for no work.
    let world = World::with(|config| config.limits.work_tries = 0, false).await;
    let mut accepted = 0;
    let mut again = Vec::new();
    for number in 0..10_000 {
        let phone = Phone::new();
        let begin = phone.beginning_without_work(ROSA[number % ROSA.len()]);
        let answer = send(&world, &phone, &begin).await;
        match answer.status {
            StatusCode::ACCEPTED => {
                accepted += 1;
                again.push(phone);
            }
            _ => answer.is_refused_with(Code::TooManyRequests),
        }
        // Phones that have one ask for another.
        if number % 100 == 0 {
            for phone in &again {
                accepted += usize::from(phone.resend(&world).await.status.is_success());
            }
        }
        world.pass(TimeDelta::milliseconds(8_600));
    }
    let mails = world.core.storage.mails(false, 1_000).await.unwrap();
    assert_eq!((mails.len(), accepted), (6, 6));
    // Another phone is not affected.
    let answer = Phone::new().begin(&world, "lupita@example.org").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn two_people_who_share_a_mailbox_both_activate_their_phones() {
    let world = World::new().await;
    let mut phones = Vec::new();
    for who in ["Roberta", "Ramón"] {
        let mut phone = Phone::new();
        let begin = BeginActivation {
            front: Sha256Hash::of(who.as_bytes()),
            ..phone.beginning(&world, "familia@example.org")
        };
        let answer = send(&world, &phone, &begin).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{who}");
        let code = world.code_for("familia@example.org").await;
        let completed: ActivationCompleted = phone.complete(&world, &code.to_string()).await.json();
        phone.device = completed.device.to_string();
        phones.push(phone);
    }
    for phone in &phones {
        let answer = phone.ask(&world, Method::GET, "/v1/campaigns", Vec::new());
        assert_eq!(
            answer.await.status,
            StatusCode::OK,
            "neither replaces the other"
        );
    }
}

#[tokio::test]
async fn without_work_no_mail_is_sent_and_work_is_good_once() {
    let world = World::new().await;
    let phone = Phone::new();
    let honest = phone.beginning(&world, ROSA[0]);
    let none = BeginActivation {
        work: None,
        ..honest.clone()
    };
    let answer = send(&world, &phone, &none).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    answer.is_refused_with(Code::WorkMissing);
    assert_eq!(
        send(&world, &phone, &honest).await.status,
        StatusCode::ACCEPTED
    );

    // Replayed for another activation, on this phone and on another one.
    for other in [Phone::new(), Phone::new()] {
        let replayed = BeginActivation {
            work: honest.work.clone(),
            ..other.beginning(&world, "otra@example.org")
        };
        let answer = send(&world, &other, &replayed).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        answer.is_refused_with(Code::WorkInvalid);
    }
    // Replayed for the same activation with another address: the id is taken.
    let address = BeginActivation {
        email: Sensitive::new("otra@example.org".to_owned()),
        ..honest.clone()
    };
    send(&world, &phone, &address)
        .await
        .is_refused_with(Code::RequestMalformed);
    // By another phone, whose key did not begin it.
    let thief = Phone::new();
    let stolen = BeginActivation {
        device_key: thief.public_key(),
        ..honest.clone()
    };
    send(&world, &thief, &stolen)
        .await
        .is_refused_with(Code::RequestMalformed);
    // The same request again is a phone that lost the answer: no second mail.
    assert_eq!(
        send(&world, &phone, &honest).await.status,
        StatusCode::ACCEPTED
    );
    assert_eq!(world.mails().await.len(), 1);
}

#[tokio::test]
async fn work_is_asked_for_with_the_challenge_and_ends_with_it() {
    let world = World::new().await;
    let phone = Phone::new();
    let request = challenge(&phone, "203.0.113.9:1", "");
    let given: ChallengeGiven = world.send(request).await.json();
    let begin = BeginActivation {
        work: Some(given.work.unwrap().solve().unwrap()),
        ..phone.beginning(&world, ROSA[0])
    };
    world.pass(TimeDelta::minutes(30));
    send(&world, &phone, &begin)
        .await
        .is_refused_with(Code::WorkExpired);
    world.pass(-TimeDelta::milliseconds(1));
    assert_eq!(
        send(&world, &phone, &begin).await.status,
        StatusCode::ACCEPTED
    );
}

#[tokio::test]
async fn a_forged_header_moves_no_bucket() {
    let proxied = |config: &mut backend::config::Config| {
        config.limits.requests_per_network_per_minute = NonZeroU32::new(5).unwrap();
        config.limits.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    };
    // Directly to the server, and through the operator's proxy, which appends the real address to the
    // forged one.
    for (peer, written) in [("203.0.113.9:4711", ""), ("10.0.0.7:80", ", 203.0.113.9")] {
        let world = World::with(proxied, false).await;
        let phone = Phone::new();
        let mut refused = 0;
        for number in 0..20 {
            let forged = format!("198.51.{number}.1{written}");
            let answer = world.send(challenge(&phone, peer, &forged)).await;
            match answer.status {
                StatusCode::OK => {}
                _ => {
                    answer.is_refused_with(Code::TooManyRequests);
                    refused += 1;
                }
            }
        }
        assert_eq!(refused, 15, "{peer}");
        // The networks in the forged headers keep their whole allowance.
        let theirs = match written {
            "" => world.send(challenge(&phone, "198.51.3.1:1", "")).await,
            _ => world.send(challenge(&phone, peer, "198.51.3.1")).await,
        };
        assert_eq!(theirs.status, StatusCode::OK);
        let metrics = world.ask_operators("/metrics").await.text();
        assert!(metrics.contains("apoyo_limited_total{outcome=\"network\"} 15"));
        assert!(!metrics.contains("203.0.113"), "no address is told");
    }
}

#[tokio::test]
async fn one_key_begins_five_activations_a_day() {
    let world = World::new().await;
    let mut phone = Phone::new();
    for number in 0..6_u8 {
        let mut id = [0; 16];
        id[0] = number;
        phone.activation = protocol::ids::ActivationId::from_bytes(id);
        let answer = phone.begin(&world, &format!("p{number}@example.org")).await;
        match number {
            0..5 => assert_eq!(answer.status, StatusCode::ACCEPTED, "{number}"),
            _ => answer.is_refused_with(Code::TooManyRequests),
        }
    }
    world.pass(TimeDelta::days(1));
    let answer = phone.begin(&world, "p9@example.org").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn more_mails_than_the_server_sends_in_a_second_wait_and_raise_an_alarm() {
    let few = |config: &mut backend::config::Config| {
        config.limits.mails_per_second = NonZeroU32::new(1).unwrap();
    };
    let world = World::with(few, false).await;
    let mut busy = 0;
    for number in 0..12 {
        let answer = Phone::new()
            .begin(&world, &format!("p{number}@example.org"))
            .await;
        if answer.status != StatusCode::ACCEPTED {
            assert!(answer.problem().retry_after_s.unwrap() >= 2);
            answer.is_refused_with(Code::ServerBusy);
            busy += 1;
        }
    }
    assert_eq!(busy, 2, "ten at once, and then one a second");
    world.pass(TimeDelta::seconds(1));
    let answer = Phone::new().begin(&world, "p99@example.org").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let metrics = world.ask_operators("/metrics").await.text();
    assert!(metrics.contains("apoyo_limited_total{outcome=\"everybody\"} 2"));
}

#[tokio::test]
async fn nobody_is_mailed_at_a_blocked_domain_or_below_it() {
    let blocked = |config: &mut backend::config::Config| {
        config.limits.blocked_domains = vec!["Diez-Minutos.example".to_owned()];
    };
    let world = World::with(blocked, false).await;
    for bad in ["a@diez-minutos.example", "a@mx.DIEZ-minutos.example"] {
        let answer = Phone::new().begin(&world, bad).await;
        assert_eq!(answer.problem().field.as_deref(), Some("email"));
        answer.is_refused_with(Code::EmailInvalid);
    }
    let answer = Phone::new()
        .begin(&world, "a@no-diez-minutos.example")
        .await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn only_the_phone_that_asked_is_told_how_its_mail_fares() {
    let world = World::new().await;
    let (phone, stranger) = (Phone::new(), Phone::new());
    phone.begin(&world, ROSA[0]).await;
    let path = format!("/v1/activations/{}", phone.activation);
    let name = phone.activation.to_string();
    let ask = |phone: &Phone| phone.request(&name, Method::GET, &path, Vec::new());
    let told: serde_json::Value = world.send(ask(&phone)).await.json();
    assert_eq!(told["mail"], "waiting");
    world
        .send(ask(&stranger))
        .await
        .is_refused_with(Code::SignatureInvalid);
    let nobody = Sha256Hash::of(b"nobody").to_string();
    let path = format!("/v1/activations/{}", &nobody[..32]);
    let request = stranger.request(&nobody[..32], Method::GET, &path, Vec::new());
    world
        .send(request)
        .await
        .is_refused_with(Code::ActivationUnknown);
}
