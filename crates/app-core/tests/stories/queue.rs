//! The queue, with faults of network, server and app.

use crate::{
    phone::{LUPITA, Phone, RAMON, code},
    server::{CODE, Ending, Fault},
};
use app_core::{
    AppCode, Door, PhoneCode,
    ports::Method,
    views::{ActivationView, AppState, QueueState, ReceiptView},
};
use chrono::TimeDelta;
use protocol::{
    apoyos::Status,
    code::{Code, Problem},
};
use std::time::Duration;

async fn queued() -> Phone {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    phone.send().await.unwrap();
    phone
}

fn receipted(state: &AppState) -> usize {
    state
        .apoyos
        .iter()
        .filter(|apoyo| matches!(apoyo.queue, QueueState::Receipted { .. }))
        .count()
}

fn waits_because(state: &AppState) -> (AppCode, i64) {
    match &state.apoyos[0].queue {
        QueueState::Waiting {
            problem: Some(problem),
            next_try_in_s,
            ..
        } => (problem.code, *next_try_in_s),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_app_is_killed_at_each_request_and_one_apoyo_arrives() {
    // HEAD and PUT of four parts, then the manifest: nine requests, each killed before it
    // arrived and after.
    let mut phone = queued().await;
    for fault in [Fault::KilledBefore, Fault::KilledAfter] {
        for (method, path) in [
            (Method::Head, "/v1/blobs/"),
            (Method::Put, "/v1/blobs/"),
            (Method::Put, "/v1/apoyos/"),
        ] {
            let requests = if path == "/v1/blobs/" { 4 } else { 1 };
            for skip in 0..requests {
                let done = phone.server.inner().blobs.len();
                if path == "/v1/blobs/" && done + skip >= 4 {
                    continue;
                }
                phone.server.back();
                phone.server.fail(method, path, fault.clone(), skip, 1);
                phone.killed_at(Door::RunQueue).await;
                assert_eq!(receipted(&phone.state().await), 0);
            }
        }
    }
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(receipted(&state), 1);
    assert_eq!(phone.server.inner().apoyos.len(), 1);
    let uploads = phone.server.count(Method::Put, "/v1/blobs/");
    assert!(uploads >= 4);
}

#[tokio::test]
async fn parts_that_arrived_are_not_sent_twice() {
    for part in 0..4 {
        let mut phone = queued().await;
        phone
            .server
            .fail(Method::Put, "/v1/blobs/", Fault::KilledAfter, part, 1);
        phone.killed_at(Door::RunQueue).await;
        let state = phone.door(Door::RunQueue).await.unwrap();
        assert_eq!(receipted(&state), 1);
        assert_eq!(phone.server.count(Method::Put, "/v1/blobs/"), 4);
    }
}

#[tokio::test]
async fn there_is_no_network_and_then_there_is() {
    let mut phone = queued().await;
    phone.server.away();
    let state = phone.door(Door::RunQueue).await.unwrap();
    let (code, pause) = waits_because(&state);
    assert_eq!(code, PhoneCode::ServerUnreachable);
    assert!((3..=5).contains(&pause), "{pause}");
    phone.reopen().await;
    for _ in 0..12 {
        phone.door(Door::RunQueue).await.unwrap();
    }
    let (_, pause) = waits_because(&phone.state().await);
    assert!((450..=900).contains(&pause), "it grew to {pause}");
    phone.server.back();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(receipted(&state), 1, "the network is back: no pause holds");
}

#[tokio::test]
async fn the_receipt_is_lost_on_the_way_and_the_same_one_comes_again() {
    let mut phone = queued().await;
    phone
        .server
        .once(Method::Put, "/v1/apoyos/", Fault::AnswerLost);
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(waits_because(&state).0, PhoneCode::ServerUnreachable);
    assert_eq!(
        phone.server.inner().apoyos.len(),
        1,
        "recorded all the same"
    );
    phone.reopen().await;
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(receipted(&state), 1);
    let apoyo = state.apoyos[0].apoyo;
    let view: ReceiptView = phone.ask(Door::Receipt { apoyo }, None).await.unwrap();
    let inner = phone.server.inner();
    assert_eq!(inner.apoyos.len(), 1);
    assert_eq!(view.signed.as_bytes(), &inner.apoyos[&apoyo].1[..]);
}

#[tokio::test]
async fn run_queue_from_many_places_at_once_is_one_sender() {
    let phone = queued().await;
    phone.prepare("trenes", &LUPITA).await;
    phone.send().await.unwrap();
    let before = phone.server.inner().requests.len();
    phone.server.inner().most_in_flight = 0;
    let runs = (0..16).map(|_| phone.door(Door::RunQueue));
    for state in futures_util::future::join_all(runs).await {
        state.unwrap();
    }
    assert_eq!(receipted(&phone.state().await), 2);
    let inner = phone.server.inner();
    assert_eq!(inner.most_in_flight, 1);
    // The same pictures twice, but sealed they are different: eight questions, eight uploads, two
    // manifests.
    assert_eq!(inner.requests.len() - before, 8 + 8 + 2);
    assert_eq!(inner.apoyos.len(), 2);
}

#[tokio::test]
async fn a_receipt_of_something_else_is_not_believed_and_nothing_is_deleted() {
    for fault in [Fault::AlteredReceipt, Fault::ForeignReceipt] {
        let phone = queued().await;
        phone.server.once(Method::Put, "/v1/apoyos/", fault);
        let state = phone.door(Door::RunQueue).await.unwrap();
        let (code, pause) = waits_because(&state);
        assert_eq!(code, PhoneCode::ReceiptInvalid);
        assert!(pause > 0);
        // Nothing was deleted: even a server that lost its pictures gets them again.
        phone.server.inner().blobs.clear();
        let apoyo = state.apoyos[0].apoyo;
        let state = phone.door(Door::Retry { apoyo }).await.unwrap();
        assert_eq!(receipted(&state), 1);
        assert_eq!(phone.server.inner().blobs.len(), 4);
    }
}

#[tokio::test]
async fn the_server_lost_some_parts_and_gets_them_again() {
    let phone = queued().await;
    let busy = Problem::new(Code::ServerBusy);
    phone
        .server
        .once(Method::Put, "/v1/apoyos/", Fault::Answer(503, busy));
    phone.door(Door::RunQueue).await.unwrap();
    let lost = *phone.server.inner().blobs.keys().next().unwrap();
    phone.server.inner().blobs.remove(&lost);
    phone.passes(TimeDelta::minutes(1)).await;
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(receipted(&state), 1);
    assert_eq!(phone.server.count(Method::Put, "/v1/blobs/"), 5);
}

#[tokio::test]
async fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let phone = queued().await;
    let busy = Problem {
        retry_after_s: Some(120),
        ..Problem::new(Code::ServerBusy)
    };
    phone
        .server
        .once(Method::Put, "/v1/apoyos/", Fault::Answer(503, busy));
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(waits_because(&state), (Code::ServerBusy.into(), 120));
    let before = phone.server.inner().requests.len();
    phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(phone.server.inner().requests.len(), before, "not yet");
    phone.passes(TimeDelta::seconds(121)).await;
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(receipted(&state), 1);
}

#[tokio::test]
async fn a_closed_campaign_refuses_and_lupita_may_try_again_or_remove_it() {
    let mut phone = queued().await;
    // By the phone's own clock it is closed too.
    phone.passes(TimeDelta::days(31)).await;
    let closed = Problem::new(Code::CampaignClosed);
    phone.server.once(
        Method::Put,
        "/v1/apoyos/",
        Fault::Answer(409, closed.clone()),
    );
    let state = phone.door(Door::RunQueue).await.unwrap();
    let apoyo = state.apoyos[0].apoyo;
    let refused = |state: &AppState| match &state.apoyos[0].queue {
        QueueState::Refused { problem } => problem.code,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&state), Code::CampaignClosed);
    phone.reopen().await;
    phone.passes(TimeDelta::days(1)).await;
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(refused(&state), Code::CampaignClosed, "not tried by itself");
    phone
        .server
        .once(Method::Put, "/v1/apoyos/", Fault::Answer(409, closed));
    let state = phone.door(Door::Retry { apoyo }).await.unwrap();
    assert_eq!(refused(&state), Code::CampaignClosed);
    let state = phone.door(Door::RemoveRefused { apoyo }).await.unwrap();
    assert!(state.apoyos.is_empty());
    assert_eq!(
        code(phone.door(Door::RemoveRefused { apoyo }).await),
        Code::ApoyoUnknown
    );
    assert_eq!(
        code(phone.door(Door::Retry { apoyo }).await),
        Code::ApoyoUnknown
    );
}

#[tokio::test]
async fn what_waits_or_has_its_receipt_cannot_be_removed() {
    let phone = queued().await;
    let apoyo = phone.state().await.apoyos[0].apoyo;
    let remove = Door::RemoveRefused { apoyo };
    assert_eq!(
        code(phone.door(remove.clone()).await),
        PhoneCode::StepOutOfOrder
    );
    phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(code(phone.door(remove).await), PhoneCode::StepOutOfOrder);
    assert_eq!(receipted(&phone.state().await), 1);
}

#[tokio::test]
async fn the_phone_was_revoked_and_the_next_activation_sends_what_waited() {
    let mut phone = queued().await;
    let ActivationView::Active { device, .. } = phone.state().await.activation else {
        panic!("active");
    };
    phone.server.inner().revoked.insert(device);
    let state = phone.door(Door::RunQueue).await.unwrap();
    let ActivationView::Email {
        ended: Some(ended), ..
    } = state.activation
    else {
        panic!("ended");
    };
    assert_eq!(ended.code, Code::DeviceRevoked);
    phone.reopen().await;
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(waits_because(&state).0, Code::DeviceRevoked);
    let apoyo = state.apoyos[0].apoyo;

    phone.begin("lupita@ejemplo.mx").await.unwrap();
    phone.complete(CODE).await.unwrap();
    let state = phone.door(Door::Retry { apoyo }).await.unwrap();
    assert_eq!(receipted(&state), 1);
    assert!(phone.server.inner().apoyos.contains_key(&apoyo), "same id");
    assert_eq!(phone.server.submissions()[0].0.manifest.apoyo, apoyo);
}

#[tokio::test]
async fn a_word_that_the_pinned_key_did_not_sign_ends_the_activation_only_after_days() {
    for answers in [Ending::Unsigned, Ending::ByAnotherKey] {
        let mut phone = queued().await;
        let ActivationView::Active { device, .. } = phone.state().await.activation else {
            panic!("active");
        };
        phone.server.inner().answers_to_strangers = answers;
        phone.server.inner().revoked.insert(device);
        let is_active = async |phone: &Phone| {
            let state = phone.door(Door::RunQueue).await.unwrap();
            matches!(state.activation, ActivationView::Active { .. })
        };
        for _ in 0..3 {
            assert!(is_active(&phone).await);
            phone.passes(TimeDelta::hours(1)).await;
        }
        let state = phone.state().await;
        assert_eq!(waits_because(&state).0, Code::DeviceRevoked, "it waits");
        // The right server is back: all of it is forgotten, and what waited is sent.
        phone.server.inner().revoked.clear();
        phone.passes(TimeDelta::days(1)).await;
        assert!(is_active(&phone).await);
        assert_eq!(receipted(&phone.state().await), 1);

        // The same word for days is believed, also after the app was closed.
        phone.server.inner().revoked.insert(device);
        for day in 0..4 {
            phone.reopen().await;
            let state = phone.door(Door::RefreshStatuses).await;
            let active = matches!(
                phone.state().await.activation,
                ActivationView::Active { .. }
            );
            assert_eq!(active, day < 3, "day {day}: {state:?}");
            phone.passes(TimeDelta::days(1)).await;
        }
    }
}

#[tokio::test]
async fn the_key_is_lost_while_an_apoyo_waits() {
    let phone = queued().await;
    phone.ports().device_key.delete().await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(
        state.activation,
        ActivationView::Email { ended: Some(_), .. }
    ));
    assert!(matches!(state.apoyos[0].queue, QueueState::Waiting { .. }));
    phone.begin("lupita@ejemplo.mx").await.unwrap();
    phone.complete(CODE).await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(receipted(&state), 1);
}

#[tokio::test]
async fn the_clock_is_set_back_by_years_while_an_apoyo_waits() {
    let phone = queued().await;
    let busy = Problem::new(Code::ServerFault);
    phone
        .server
        .once(Method::Put, "/v1/apoyos/", Fault::Answer(500, busy));
    phone.door(Door::RunQueue).await.unwrap();
    *phone.clock.0.lock().unwrap() -= TimeDelta::days(3_000);
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(receipted(&state), 1);
}

#[tokio::test]
async fn one_refusal_does_not_hold_up_the_next_apoyo() {
    let phone = queued().await;
    phone.prepare("trenes", &RAMON).await;
    phone.send().await.unwrap();
    let invalid = Problem::new(Code::ManifestInvalid);
    phone
        .server
        .once(Method::Put, "/v1/apoyos/", Fault::Answer(422, invalid));
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(state.apoyos[1].queue, QueueState::Refused { .. }));
    assert!(matches!(
        state.apoyos[0].queue,
        QueueState::Receipted { .. }
    ));
}

#[tokio::test]
async fn the_background_sends_and_hears_what_became_of_it() {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    phone.server.inner().status = Some(Status::Preliminary);
    let story = async {
        phone.send().await.unwrap();
        loop {
            let state = phone.state().await;
            if let QueueState::Receipted {
                status: Some(status),
                ..
            } = &state.apoyos[0].queue
            {
                break assert_eq!(status.status, Status::Preliminary);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = phone.app().background() => unreachable!("it runs as long as the app"),
        told = tokio::time::timeout(Duration::from_secs(20), story) => told.unwrap(),
    }
}
