//! The cost of a sign-in before the provider is asked, and of a browser with an invented state.

use super::*;
use backend::http::network::Peer;
use protocol::work::WorkDone;
use std::num::NonZeroU32;

async fn with_work(world: &World, phone: &Phone, work: Option<WorkDone>) -> Answer {
    let begin = BeginSignin {
        provider: "google".parse().unwrap(),
        device_key: phone.public_key(),
        return_to: LOOPBACK,
        language: Language::EsMx,
        work,
    };
    let body = serde_json::to_vec(&begin).unwrap();
    world
        .send(phone.request("new", Method::POST, "/v1/signins", body))
        .await
}

#[tokio::test]
async fn a_sign_in_asks_for_work_and_one_work_is_worth_a_few() {
    let (world, _provider) = world().await;
    let phone = Phone::new();
    let none = with_work(&world, &phone, None).await;
    none.is_refused_with(Code::WorkMissing);
    let work = world.work_for(phone.activation);
    for number in 0..8 {
        // A key is free, so the proof of work is counted.
        let answer = with_work(&world, &Phone::new(), Some(work.clone())).await;
        match number {
            0..5 => assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text()),
            _ => answer.is_refused_with(Code::TooManyRequests),
        }
    }
    let other = with_work(
        &world,
        &phone,
        Some(world.work_for(Phone::new().activation)),
    )
    .await;
    assert_eq!(other.status, StatusCode::CREATED);
    world.pass(TimeDelta::minutes(11));
    let late = with_work(&world, &Phone::new(), Some(work)).await;
    late.is_refused_with(Code::WorkExpired);
}

#[tokio::test]
async fn browsers_that_bring_nothing_are_counted_by_their_network() {
    let provider = Provider::start(start()).await;
    let text = format!(
        "public_url = \"{OURS}\"\n[signin.google]\nkind = \"oidc\"\nname = \"google\"\n\
         issuer = \"{}\"\nclient_id = \"{CLIENT}\"\nclient_secret = \"{SECRET}\"\n",
        provider.issuer
    );
    let mut ours = Config::parse("apoyo.toml", &text).unwrap();
    ours.limits.requests_per_network_per_minute = NonZeroU32::new(5).unwrap();
    let world = World::with(|config| *config = ours, false).await;
    let mut refused = 0;
    for number in 0..20 {
        let query = format!("/v1/signins/google/callback?code=x&state=invented{number}");
        let request = Request::get(query)
            .extension(Peer("203.0.113.9:1".parse().unwrap()))
            .body(Body::empty());
        let answer = world.send(request.unwrap()).await;
        match answer.status {
            StatusCode::TOO_MANY_REQUESTS => refused += 1,
            status => assert_eq!(status, StatusCode::NOT_FOUND),
        }
    }
    assert_eq!(refused, 15);
}
