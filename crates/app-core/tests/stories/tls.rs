//! TLS itself. Every story goes over it; here is what else is to be said of it.

use crate::{
    phone::{LUPITA, Phone, code},
    server::socket::{AUTHORITY, Authority, Socket},
};
use app_core::{
    Door, PhoneCode,
    views::{ActivationView, QueueState},
};
use cards::Person;
use protocol::seal;
use std::sync::Arc;

#[tokio::test]
async fn lupita_goes_the_whole_way_over_tls() {
    let phone = Phone::new().await;
    assert!(phone.socket.address.starts_with("https://127.0.0.1:"));
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    phone.send().await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(
        matches!(state.apoyos[0].queue, QueueState::Receipted { .. }),
        "{:?}",
        state.apoyos[0].queue
    );
    let submitted: &Person = &LUPITA.person;
    let (_, payload) = &phone.server.submissions()[0];
    assert_eq!(payload.qr.expose(), submitted.qr().as_str());

    let kinds = phone.socket.kinds.lock().unwrap();
    let of = |path: &str| -> Vec<&str> {
        let sent = kinds.iter().filter(|(sent, _)| sent.starts_with(path));
        sent.map(|(_, kind)| kind.as_str()).collect()
    };
    assert_eq!(of("/v1/blobs/"), [seal::MEDIA_TYPE; 4]);
    assert_eq!(of("/v1/apoyos/"), ["application/json"]);
}

#[tokio::test]
async fn a_server_that_another_authority_certifies_hears_nothing() {
    let mut phone = Phone::new().await;
    let unknown = Authority::new();
    assert_ne!(unknown.pem, AUTHORITY.pem);
    phone.socket = Socket::of(Arc::clone(&phone.server), &unknown).await;
    phone.reopen().await;
    phone.accept_notice().await;
    let front = Door::PutActivationFront {
        source: app_core::doors::Source::Camera,
    };
    phone.show(front, &LUPITA.front).await.unwrap();
    let refused = phone.begin("lupita@ejemplo.mx").await;
    assert_eq!(code(refused), PhoneCode::ServerUnreachable);
    assert!(phone.server.inner().requests.is_empty());
    let state = phone.state().await;
    assert!(matches!(state.activation, ActivationView::Email { .. }));
}
