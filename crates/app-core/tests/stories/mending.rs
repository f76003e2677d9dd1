//! Refusals that pass by themselves: the queue waits, and tries again by itself.

use crate::{
    phone::{LUPITA, Phone},
    server::Fault,
};
use app_core::{
    Door,
    ports::Method,
    views::{AppState, QueueState},
};
use chrono::TimeDelta;
use protocol::code::{Code, Problem};

const BY_THEMSELVES: [Code; 4] = [
    Code::SealingKeyUnknown,
    Code::NoticeOutdated,
    Code::CampaignNotOpen,
    Code::CampaignClosed,
];

async fn queued() -> Phone {
    let phone = Phone::new().await;
    phone.activate().await;
    phone.prepare("agua", &LUPITA).await;
    phone.send().await.unwrap();
    phone
}

fn waits_because(state: &AppState) -> (Code, i64) {
    match &state.apoyos[0].queue {
        QueueState::Waiting {
            problem: Some(problem),
            next_try_in_s,
            ..
        } => match problem.code {
            app_core::AppCode::Server(code) => (code, *next_try_in_s),
            other => panic!("{other}"),
        },
        other => panic!("{other:?}"),
    }
}

fn is_receipted(state: &AppState) -> bool {
    matches!(state.apoyos[0].queue, QueueState::Receipted { .. })
}

#[tokio::test]
async fn a_refusal_that_passes_by_itself_is_waited_for_and_the_apoyo_arrives() {
    for code in BY_THEMSELVES {
        let mut phone = queued().await;
        let refusal = Fault::Answer(409, Problem::new(code));
        phone
            .server
            .fail(Method::Put, "/v1/apoyos/", refusal, 0, usize::MAX);
        for _ in 0..30 {
            let state = phone.door(Door::RunQueue).await.unwrap();
            let (told, pause) = waits_because(&state);
            assert_eq!(told, code);
            assert!(pause <= 3_600, "{pause}");
            assert!(!state.apoyos[0].may_cancel, "it may have left the phone");
            phone.passes(TimeDelta::hours(2)).await;
        }
        phone.reopen().await;
        // The operator puts the key back, mends the clock, publishes the notice.
        phone.server.back();
        let state = phone.door(Door::RunQueue).await.unwrap();
        assert!(is_receipted(&state), "{code}: {:?}", state.apoyos[0].queue);
        assert_eq!(phone.server.inner().apoyos.len(), 1);
    }
}

#[tokio::test]
async fn a_phone_whose_clock_says_that_the_campaign_is_open_waits_until_its_clock_agrees() {
    let phone = queued().await;
    let closed = Fault::Answer(409, Problem::new(Code::CampaignClosed));
    phone
        .server
        .fail(Method::Put, "/v1/apoyos/", closed, 0, usize::MAX);
    // Five days before the closing, the server's clock is ahead.
    phone.passes(TimeDelta::days(25)).await;
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert_eq!(waits_because(&state).0, Code::CampaignClosed);
    phone.passes(TimeDelta::days(5)).await;
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(state.apoyos[0].queue, QueueState::Refused { .. }));
}

#[tokio::test]
async fn after_two_weeks_a_person_decides_and_a_new_try_is_patient_again() {
    let phone = queued().await;
    let gone = Fault::Answer(409, Problem::new(Code::SealingKeyUnknown));
    phone
        .server
        .fail(Method::Put, "/v1/apoyos/", gone, 0, usize::MAX);
    for _ in 0..13 {
        let state = phone.door(Door::RunQueue).await.unwrap();
        assert_eq!(waits_because(&state).0, Code::SealingKeyUnknown);
        phone.passes(TimeDelta::days(1)).await;
    }
    phone.passes(TimeDelta::days(2)).await;
    let state = phone.door(Door::RunQueue).await.unwrap();
    assert!(matches!(state.apoyos[0].queue, QueueState::Refused { .. }));
    let apoyo = state.apoyos[0].apoyo;
    let state = phone.door(Door::Retry { apoyo }).await.unwrap();
    assert_eq!(waits_because(&state).0, Code::SealingKeyUnknown);
}
