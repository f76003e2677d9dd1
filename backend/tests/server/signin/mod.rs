//! Sign-ins with an account elsewhere: honest providers, lies, thieves and mix-ups.

mod honest;
mod lies;
mod price;
mod provider;
mod thieves;

use crate::{
    phone::Phone,
    world::{Answer, World},
};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use backend::config::Config;
use chrono::TimeDelta;
use protocol::{
    activation::{BeginActivation, Language},
    code::Code,
    ids::SigninId,
    signin::{
        BeginSignin, Providers, RedeemTicket, ReturnWay, Returned, SigninBegun, SigninProved,
        SigninTicket,
    },
};
use provider::{CLIENT, Provider, query_of};
use std::collections::BTreeMap;

/// The client secret at the providers.
pub const SECRET: &str = "a secret of the test";
const OURS: &str = "https://apoyo.example.org";
const LUPITA: &str = "lupita@example.org";
const LOOPBACK: ReturnWay = ReturnWay::Loopback { port: 49_152 };

fn start() -> protocol::environment::Timestamp {
    crate::world::BEGINNING.parse().unwrap()
}

/// A server with these providers, by their names.
async fn world_with(providers: &[(&str, &Provider)]) -> World {
    let mut text = format!("public_url = \"{OURS}\"\n");
    for (id, provider) in providers {
        text.push_str(&format!(
            "[signin.{id}]\nkind = \"oidc\"\nname = \"{id}\"\nissuer = \"{}\"\n\
             client_id = \"{CLIENT}\"\nclient_secret = \"{SECRET}\"\n",
            provider.issuer
        ));
    }
    let ours = Config::parse("apoyo.toml", &text).unwrap();
    World::with(|config| *config = ours, false).await
}

/// Lupita's server, with one provider.
async fn world() -> (World, Provider) {
    let provider = Provider::start(start()).await;
    (world_with(&[("google", &provider)]).await, provider)
}

async fn begin(world: &World, phone: &Phone, provider: &str, return_to: ReturnWay) -> Answer {
    // Another try of the same phone has another activation, with its own proof of work.
    let activation = Phone::new().activation;
    let begin = BeginSignin {
        provider: provider.parse().unwrap(),
        device_key: phone.public_key(),
        return_to,
        language: Language::EsMx,
        work: Some(world.work_for(activation)),
    };
    let body = serde_json::to_vec(&begin).unwrap();
    world
        .send(phone.request("new", Method::POST, "/v1/signins", body))
        .await
}

async fn began(world: &World, phone: &Phone) -> SigninBegun {
    let answer = begin(world, phone, "google", LOOPBACK).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

/// The browser comes back from a provider.
async fn come_back(world: &World, provider: &str, query: &str) -> Answer {
    let answer = world
        .get(&format!("/v1/signins/{provider}/callback?{query}"))
        .await;
    tells_nothing_of_the_inside(&answer);
    answer
}

fn tells_nothing_of_the_inside(answer: &Answer) {
    let text = answer.text();
    for inside in [
        "panicked",
        "src/",
        ".rs:",
        "Error",
        "RUST_BACKTRACE",
        "openidconnect",
    ] {
        assert!(!text.contains(inside), "{inside} stands in {text}");
    }
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

/// The target of the browser, which is always the phone that began.
#[track_caller]
fn returned(answer: &Answer) -> Returned {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.headers[header::LOCATION].to_str().unwrap();
    let query = to.strip_prefix("http://127.0.0.1:49152/app/signin?");
    Returned::read(query.unwrap_or_else(|| panic!("sent to {to}"))).unwrap()
}

/// The page for a browser that brings an unknown state.
#[track_caller]
fn is_page(answer: &Answer, code: Code) {
    assert_eq!(answer.status, backend::http::problem::status(code));
    assert!(
        answer.headers[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert!(answer.headers.get(header::LOCATION).is_none());
}

/// Begins, agrees at the provider, comes back.
async fn sign_in(world: &World, provider: &Provider, phone: &Phone) -> Returned {
    let begun = began(world, phone).await;
    let code = provider.says_yes(&begun.authorize);
    let state = &query_of(&begun.authorize)["state"];
    let answer = come_back(world, "google", &format!("code={code}&state={state}")).await;
    let returned = returned(&answer);
    assert_eq!(returned.signin, begun.signin);
    returned
}

async fn redeem(world: &World, phone: &Phone, id: SigninId, ticket: SigninTicket) -> Answer {
    let body = serde_json::to_vec(&RedeemTicket { ticket }).unwrap();
    let path = format!("/v1/signins/{id}/redeem");
    world
        .send(phone.request("new", Method::POST, &path, body))
        .await
}

async fn activate(world: &World, phone: &Phone, email: &str, signin: SigninId) -> Answer {
    let begin = BeginActivation {
        signin: Some(signin),
        ..phone.beginning(world, email)
    };
    let body = serde_json::to_vec(&begin).unwrap();
    world
        .send(phone.request("new", Method::POST, "/v1/activations", body))
        .await
}
