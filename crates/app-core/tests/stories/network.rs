//! The networks that apoyos are sent over, and what a person can do without one.

use crate::{
    phone::{LUPITA, Phone, code},
    server::Fault,
};
use app_core::{
    Answer, Door, PhoneCode,
    ports::{Http, Method, NetworkKind, Request},
    views::{AppState, QueueState, ReceiptView, WaitsFor},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use chrono::TimeDelta;
use protocol::{
    apoyo_file::ApoyoFile,
    code::{Code, Problem},
    devices::{KEY_HEADER, SIGNATURE_HEADER},
    ids::ApoyoId,
};
use std::time::Duration;

async fn queued() -> (Phone, ApoyoId) {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    let state = phone.send().await.unwrap();
    let apoyo = state.apoyos[0].apoyo;
    (phone, apoyo)
}

fn waits_for(state: &AppState) -> WaitsFor {
    match &state.apoyos[0].queue {
        QueueState::Waiting { waits_for, .. } => *waits_for,
        other => panic!("{other:?}"),
    }
}

fn is_receipted(state: &AppState) -> bool {
    matches!(state.apoyos[0].queue, QueueState::Receipted { .. })
}

#[tokio::test]
async fn lupita_wants_nothing_sent_over_mobile_data() {
    let (mut phone, apoyo) = queued().await;
    let wifi_only = true;
    phone.door(Door::SetWifiOnly { wifi_only }).await.unwrap();
    let kind = NetworkKind::Metered;
    let state = phone.door(Door::NetworkIs { kind }).await.unwrap();
    assert_eq!(waits_for(&state), WaitsFor::Wifi);
    let before = phone.server.inner().requests.len();
    phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(phone.server.inner().requests.len(), before);
    phone.reopen().await;
    let state = phone.state().await;
    assert!(state.wifi_only, "it is remembered");

    // She can still send it now.
    let state = phone.door(Door::Retry { apoyo }).await.unwrap();
    assert!(is_receipted(&state));
}

#[tokio::test]
async fn without_a_network_nothing_is_tried_and_with_one_it_is() {
    let (phone, _) = queued().await;
    let kind = NetworkKind::Offline;
    let state = phone.door(Door::NetworkIs { kind }).await.unwrap();
    assert_eq!(waits_for(&state), WaitsFor::Network);
    let before = phone.server.inner().requests.len();
    phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(phone.server.inner().requests.len(), before);
    let kind = NetworkKind::Unmetered;
    phone.door(Door::NetworkIs { kind }).await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(is_receipted(&state));
}

#[tokio::test]
async fn the_network_turns_into_mobile_data_between_two_parts() {
    let (phone, _) = queued().await;
    let wifi_only = true;
    phone.door(Door::SetWifiOnly { wifi_only }).await.unwrap();
    phone
        .server
        .when_parts(2, phone.network.clone(), NetworkKind::Metered);
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(waits_for(&state), WaitsFor::Wifi);
    assert_eq!(phone.server.count(Method::Put, "/v1/blobs/"), 2);
    let kind = NetworkKind::Unmetered;
    phone.door(Door::NetworkIs { kind }).await.unwrap();
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(is_receipted(&state));
    assert_eq!(
        phone.server.count(Method::Put, "/v1/blobs/"),
        4,
        "none twice"
    );
}

#[tokio::test]
async fn the_app_comes_back_to_the_front_and_sends_at_once() {
    let (phone, _) = queued().await;
    phone.server.away();
    phone.door(Door::RunQueue).await.unwrap();
    let story = async {
        // The background task now sleeps for long.
        tokio::time::sleep(Duration::from_millis(300)).await;
        phone.server.back();
        phone.app().resumed();
        while !is_receipted(&phone.state().await) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = phone.app().background() => unreachable!("it runs as long as the app"),
        told = tokio::time::timeout(Duration::from_secs(20), story) => told.unwrap(),
    }
}

#[tokio::test]
async fn lupita_takes_her_apoyo_back_before_it_arrived() {
    let (phone, apoyo) = queued().await;
    let busy = Problem::new(Code::ServerBusy);
    // The server has two parts, and refuses the third.
    let busy = Fault::Answer(503, busy);
    phone.server.fail(Method::Put, "/v1/blobs/", busy, 2, 1);
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(state.apoyos[0].may_cancel);
    let state = phone.door(Door::Cancel { apoyo }).await.unwrap();
    assert!(state.apoyos.is_empty());
    phone.passes(TimeDelta::hours(1)).await;
    phone.door(Door::RunQueue).await.unwrap();
    assert!(phone.server.inner().apoyos.is_empty());
    assert_eq!(
        code(phone.door(Door::Cancel { apoyo }).await),
        Code::ApoyoUnknown
    );
}

#[tokio::test]
async fn it_is_too_late_to_take_it_back_once_it_may_have_arrived() {
    let (phone, apoyo) = queued().await;
    phone
        .server
        .once(Method::Put, "/v1/apoyos/", Fault::AnswerLost);
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(!state.apoyos[0].may_cancel);
    assert_eq!(
        code(phone.door(Door::Cancel { apoyo }).await),
        PhoneCode::TooLateToCancel
    );
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(is_receipted(&state));
}

#[tokio::test]
async fn she_takes_it_back_in_the_middle_of_an_upload_and_the_sender_notices() {
    let (phone, apoyo) = queued().await;
    let gate = phone.server.hold(Method::Put, "/v1/blobs/", 1);
    let cancel = async {
        gate.reached().await;
        let state = phone.door(Door::Cancel { apoyo }).await.unwrap();
        assert!(state.apoyos.is_empty());
        gate.open();
    };
    let (run, ()) = tokio::join!(phone.door(Door::RunQueue), cancel);
    assert!(run.unwrap().apoyos.is_empty());
    assert_eq!(phone.server.count(Method::Put, "/v1/apoyos/"), 0);
    assert_eq!(phone.server.count(Method::Put, "/v1/blobs/"), 2, "no more");
}

/// Sends a file with only the file and the server's address.
async fn deliver(http: &impl Http, server: &str, file: &ApoyoFile) -> Bytes {
    let mut answer = Bytes::new();
    for request in file.requests() {
        let sent = Request {
            method: Method::Put,
            url: format!("{server}{}", request.path),
            headers: vec![
                (KEY_HEADER, file.device.to_string()),
                (
                    SIGNATURE_HEADER,
                    URL_SAFE_NO_PAD.encode(&request.put.signature),
                ),
            ],
            body: request.put.body.clone().into(),
        };
        let got = http.send(sent).await.unwrap();
        assert_eq!(got.status, 200);
        answer = got.body;
    }
    answer
}

#[tokio::test]
async fn the_apoyo_is_carried_as_a_file_and_the_phone_gets_the_same_receipt() {
    let (phone, apoyo) = queued().await;
    let answer = phone.app().open_door(Door::Export { apoyo }, None).await;
    let Answer::File(bytes) = answer.unwrap() else {
        panic!("a file");
    };
    let needles = crate::traces::of(&LUPITA);
    for (what, trace) in &needles {
        let found = bytes.windows(trace.len()).any(|window| window == trace);
        assert!(!found, "the {what} stands in the file");
    }
    assert_eq!(
        code(phone.door(Door::Cancel { apoyo }).await),
        PhoneCode::TooLateToCancel,
        "it may arrive any moment"
    );
    let file = ApoyoFile::parse(&bytes).unwrap();
    let receipt = deliver(phone.http.as_ref(), &phone.socket.address, &file).await;

    let uploads = phone.server.count(Method::Put, "/v1/blobs/");
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(is_receipted(&state));
    let view: ReceiptView = phone.ask(Door::Receipt { apoyo }, None).await.unwrap();
    assert_eq!(view.signed.as_bytes(), receipt);
    assert_eq!(phone.server.count(Method::Put, "/v1/blobs/"), uploads);
    assert_eq!(phone.server.inner().apoyos.len(), 1);
    assert_eq!(
        code(phone.app().open_door(Door::Export { apoyo }, None).await),
        PhoneCode::StepOutOfOrder
    );
}

#[tokio::test]
async fn the_servers_keys_change_and_the_next_apoyo_is_sealed_to_the_new_ones() {
    let (phone, _) = queued().await;
    phone.server.sealing.rotate();
    phone.passes(TimeDelta::hours(1)).await;
    let search = String::new();
    let campaigns = Door::Campaigns { search };
    let _: app_core::views::CampaignsView = phone.ask(campaigns, None).await.unwrap();
    phone.prepare("trenes", &LUPITA).await;
    phone.send().await.unwrap();
    phone.door(Door::RunQueue).await.unwrap();
    let submissions = phone.server.submissions();
    assert_eq!(submissions.len(), 2, "yesterday's key still opens");
    let keys = phone.server.announced().keys;
    let todays = keys.id(protocol::seal::SealingPurpose::Intake);
    let with_todays = submissions.iter().filter(|(submission, _)| {
        let sealed = URL_SAFE_NO_PAD.decode(&submission.payload).unwrap();
        protocol::seal::Header::read(&sealed).unwrap().key() == todays
    });
    assert_eq!(with_todays.count(), 1);
}
