//! Apoyos whose judging fails, and the order of turns.

use crate::world::*;
use chrono::TimeDelta;
use protocol::{apoyos::Status, reason::Reason};
use storage::rules::judging::AfterFailure;

async fn waiting<E: Engine>(world: &World<E>) -> Vec<u64> {
    let pending = world.store.pending_apoyos(10, start()).await.unwrap();
    pending.iter().map(|apoyo| apoyo.sequence).collect()
}

pub async fn one_whose_judging_fails_waits_longer_each_time_and_then_goes_to_a_person<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.give(1, "agua-1").await;
    world.give(2, "agua-1").await;
    let mut now = start();
    let mut tries = 0;
    let world = loop {
        let failed = world.store.judging_failed(apoyo_id(1), "EIO", now).await;
        tries += 1;
        let AfterFailure::Again(at) = failed.unwrap() else {
            break world;
        };
        assert_eq!(waiting(&world).await, [2], "the others are not held up");
        let due = |moment| world.store.paused_apoyos(moment, 10);
        let early = at - TimeDelta::milliseconds(1);
        assert!(due(early).await.unwrap().is_empty());
        assert_eq!(due(at).await.unwrap()[0].id, apoyo_id(1));
        let count = world.store.paused_count().await.unwrap();
        assert_eq!((count.waiting, count.most_tries), (1, tries));
        now = at;
    };
    assert_eq!(tries, 6);
    let (_, state) = world.store.apoyo_state(apoyo_id(1)).await.unwrap().unwrap();
    assert_eq!(state.status, Status::InReview);
    assert_eq!(state.reasons, [Reason::SinRevisionAutomatica]);
    assert_eq!(world.store.paused_count().await.unwrap().waiting, 0);
    let agua = "agua-1".parse().unwrap();
    let tally = world.store.tally(&agua, start()).await.unwrap();
    assert_eq!(tally, world.store.recount(&agua, start()).await.unwrap());

    // The note is removed when the apoyo is judged, and a restart keeps the pauses.
    world
        .store
        .judging_failed(apoyo_id(2), "EIO", now)
        .await
        .unwrap();
    let world = world.reopened().await;
    assert_eq!(waiting(&world).await, [0; 0]);
    assert_eq!(world.store.paused_count().await.unwrap().waiting, 1);
    world.settle(2, in_roll(1, place(9, 12, 1))).await;
    assert_eq!(world.store.paused_count().await.unwrap().waiting, 0);
}

pub async fn phones_take_turns<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.upload(1).await;
    // Phone 1 came first with four, then phone 2 with two, then phone 3 with one.
    for (number, phone) in [(1, 1), (2, 1), (3, 1), (4, 1), (5, 2), (6, 2), (7, 3)] {
        let mut new = new_apoyo(number, 1, "agua-1");
        new.device = device_id(phone);
        world.store.record_apoyo(new, signer()).await.unwrap();
    }
    assert_eq!(waiting(&world).await, [1, 5, 7, 2, 6, 3, 4]);
    let two = world.store.pending_apoyos(2, start()).await.unwrap();
    assert_eq!(two[1].device, device_id(2));
}
