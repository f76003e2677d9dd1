//! "Olvidar todo", and its effect on the server.

use crate::{phone::Phone, server::Fault};
use app_core::{
    Door,
    ports::Method,
    views::{ActivationView, AppState},
};
use protocol::ids::DeviceId;
use std::time::Duration;
use tokio::time::timeout;

const DEVICES: &str = "/v1/devices/";

/// An activated phone with a draft, and its id.
async fn with_a_draft() -> (Phone, DeviceId) {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.begin_draft("agua").await.unwrap();
    let device = device_of(&phone.state().await);
    (phone, device)
}

fn device_of(state: &AppState) -> DeviceId {
    match state.activation {
        ActivationView::Active { device, .. } => device,
        ref other => panic!("not active: {other:?}"),
    }
}

async fn forgets(phone: &Phone) {
    let state = phone.door(Door::ForgetEverything).await.unwrap();
    assert!(matches!(state.activation, ActivationView::Notice));
    assert!(state.draft.is_none());
    assert!(!phone.ports().device_key.exists().await.unwrap());
}

#[tokio::test]
async fn the_server_takes_nothing_more_from_a_phone_that_forgot_everything() {
    let (phone, device) = with_a_draft().await;
    forgets(&phone).await;
    assert!(phone.server.inner().revoked.contains(&device));
    phone.activate().await;
    let next = device_of(&phone.state().await);
    assert!(!phone.server.inner().revoked.contains(&next));
    phone.begin_draft("agua").await.unwrap();
}

#[tokio::test]
async fn a_phone_that_was_never_activated_has_nothing_to_tell() {
    let phone = Phone::new().await;
    phone.ask_for_code().await;
    forgets(&phone).await;
    assert_eq!(phone.server.count(Method::Delete, "/"), 0);
}

#[tokio::test]
async fn without_a_network_everything_is_forgotten_all_the_same() {
    let (phone, device) = with_a_draft().await;
    phone.server.away();
    forgets(&phone).await;
    assert_eq!(phone.server.count(Method::Delete, DEVICES), 1);
    assert!(!phone.server.inner().revoked.contains(&device));
    phone.server.back();
    phone.activate().await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_waited_for_a_few_seconds() {
    let (phone, device) = with_a_draft().await;
    let _never_opened = phone.server.hold(Method::Delete, DEVICES, 0);
    let patience = Duration::from_secs(20);
    timeout(patience, forgets(&phone)).await.unwrap();
    assert!(!phone.server.inner().revoked.contains(&device));
}

#[tokio::test]
async fn a_phone_killed_before_the_answer_keeps_its_draft_until_it_forgets_again() {
    let (mut phone, device) = with_a_draft().await;
    phone
        .server
        .once(Method::Delete, DEVICES, Fault::KilledAfter);
    phone.killed_at(Door::ForgetEverything).await;
    assert!(phone.server.inner().revoked.contains(&device));
    let state = phone.state().await;
    assert!(state.draft.is_some());
    assert_eq!(device_of(&state), device);
    forgets(&phone).await;
    assert_eq!(phone.server.count(Method::Delete, DEVICES), 2);
    phone.server.back();
    phone.activate().await;
    assert_ne!(device_of(&phone.state().await), device);
}
