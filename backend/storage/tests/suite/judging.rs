//! Verdicts: who counts is decided by order of arrival, whenever each is settled.

use crate::world::*;
use futures_util::future::join_all;
use protocol::{apoyos::Status, reason::Reason};
use std::sync::Arc;
use storage::apoyos::Verdict;

async fn stands<E: Engine>(world: &World<E>, number: u64) -> (Status, Vec<Reason>) {
    let (_, state) = world
        .store
        .apoyo_state(apoyo_id(number))
        .await
        .unwrap()
        .unwrap();
    (state.status, state.reasons)
}

async fn unopened<E: Engine>(world: &World<E>, after: u64) -> Vec<u64> {
    let found = world
        .store
        .unopened_apoyos(after, 10, start())
        .await
        .unwrap();
    found.iter().map(|apoyo| apoyo.sequence).collect()
}

async fn tally_agrees<E: Engine>(world: &World<E>) {
    for campaign in world.store.all_campaigns().await.unwrap() {
        let tally = world.store.tally(&campaign.id, start()).await.unwrap();
        assert_eq!(
            tally,
            world.store.recount(&campaign.id, start()).await.unwrap()
        );
    }
}

const SAME: Reason = Reason::DuplicadoMismoSolicitante;
const OTHER: Reason = Reason::DuplicadoOtroSolicitante;

pub async fn the_first_to_arrive_counts_even_if_it_is_settled_last<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    for (number, campaign) in [(1, "agua-1"), (2, "agua-2"), (3, "agua-1")] {
        world.give(number, campaign).await;
    }
    let person = in_roll(1, place(9, 12, 4321));
    world.settle(3, person.clone()).await;
    assert_eq!(stands(&world, 3).await, (Status::Preliminary, vec![]));
    world.settle(2, person.clone()).await;
    assert_eq!(stands(&world, 2).await, (Status::Preliminary, vec![]));
    assert_eq!(stands(&world, 3).await, (Status::NotCounted, vec![OTHER]));
    world.settle(1, person.clone()).await;
    assert_eq!(stands(&world, 1).await, (Status::Preliminary, vec![]));
    assert_eq!(stands(&world, 2).await, (Status::NotCounted, vec![OTHER]));
    assert_eq!(stands(&world, 3).await, (Status::NotCounted, vec![SAME]));
    tally_agrees(&world).await;
    let tally = world
        .store
        .tally(&"agua-1".parse().unwrap(), start())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(tally.not_counted_by_reason[&SAME], 1);
    assert_eq!((tally.total.preliminary, tally.total.not_counted), (1, 1));
    assert_eq!(tally.by_seccion.len(), 1);
    assert_eq!(tally.by_seccion[0].seccion, Some(4321));
    assert_eq!(tally.by_distrito[0].distrito_federal, Some(12));
    assert_eq!(tally.by_entidad[0].counts, tally.total);
}

pub async fn a_person_may_back_several_bills_but_each_of_them_once<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    for (number, campaign) in [(1, "ley-1"), (2, "ley-2"), (3, "ley-1")] {
        world.give(number, campaign).await;
        world.settle(number, in_roll(1, place(9, 12, 1))).await;
    }
    assert_eq!(stands(&world, 1).await.0, Status::Preliminary);
    assert_eq!(stands(&world, 2).await.0, Status::Preliminary);
    assert_eq!(stands(&world, 3).await, (Status::NotCounted, vec![SAME]));
    tally_agrees(&world).await;
}

pub async fn ten_requesters_race_for_one_person_and_one_counts<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    let numbers: Vec<u64> = (1..=20).collect();
    for number in &numbers {
        world
            .give(*number, if number % 2 == 0 { "agua-1" } else { "agua-2" })
            .await;
    }
    // Three different shuffles of the same verdicts end in the same standing.
    for step in [7, 11, 13] {
        let settles = numbers.iter().map(|number| {
            let store = Arc::clone(&world.store);
            let number = (number * step) % 20 + 1;
            tokio::spawn(async move {
                let verdict = in_roll(number % 2, place(9, 12, 1));
                store
                    .settle_apoyo(apoyo_id(number), verdict, after(60))
                    .await
                    .unwrap();
            })
        });
        for settled in join_all(settles).await {
            settled.unwrap();
        }
        for number in &numbers {
            // Persons 0 and 1: the even and the odd apoyos; 1 and 2 came first.
            let expected = match number {
                1 | 2 => (Status::Preliminary, vec![]),
                _ => (Status::NotCounted, vec![SAME]),
            };
            assert_eq!(stands(&world, *number).await, expected, "apoyo {number}");
        }
    }
    tally_agrees(&world).await;
}

pub async fn settling_the_same_again_changes_nothing<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.give(1, "agua-1").await;
    world.give(2, "agua-1").await;
    let verdict = Verdict::InReview {
        reasons: vec![Reason::QrNoCoincide, Reason::QrNoLegible],
        place: None,
    };
    world.settle(1, verdict.clone()).await;
    world.settle(2, in_roll(1, place(9, 1, 1))).await;
    let before = world.store.apoyo_state(apoyo_id(1)).await.unwrap();
    let tally = world
        .store
        .tally(&"agua-1".parse().unwrap(), start())
        .await
        .unwrap();
    for _ in 0..3 {
        world
            .store
            .settle_apoyo(apoyo_id(1), verdict.clone(), after(999))
            .await
            .unwrap();
        let same = in_roll(1, place(9, 1, 1));
        world
            .store
            .settle_apoyo(apoyo_id(2), same, after(999))
            .await
            .unwrap();
    }
    assert_eq!(world.store.apoyo_state(apoyo_id(1)).await.unwrap(), before);
    assert_eq!(
        world
            .store
            .tally(&"agua-1".parse().unwrap(), start())
            .await
            .unwrap(),
        tally
    );
    let tally = tally.unwrap();
    assert_eq!(
        tally.in_review_by_reason.get(&Reason::QrNoCoincide),
        Some(&1)
    );
    assert_eq!(
        tally.in_review_by_reason.len(),
        1,
        "it stands under its first reason only"
    );
    assert_eq!(
        tally.by_entidad.len(),
        1,
        "the one without a place stands only in the total"
    );
    assert_eq!(world.store.pending_count().await.unwrap(), 0);
}

pub async fn when_the_one_that_counted_is_struck_the_next_takes_its_place<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    for (number, campaign) in [(1, "agua-1"), (2, "agua-2"), (3, "agua-2")] {
        world.give(number, campaign).await;
        world.settle(number, in_roll(1, place(9, 12, 1))).await;
    }
    let struck = Verdict::NotCounted {
        reasons: vec![Reason::Simulacion],
        place: Some(place(9, 12, 1)),
    };
    world.settle(1, struck).await;
    assert_eq!(
        stands(&world, 1).await,
        (Status::NotCounted, vec![Reason::Simulacion])
    );
    assert_eq!(stands(&world, 2).await, (Status::Preliminary, vec![]));
    assert_eq!(stands(&world, 3).await, (Status::NotCounted, vec![SAME]));
    // And back: the first one is heard after all.
    world.settle(1, in_roll(1, place(9, 12, 1))).await;
    assert_eq!(stands(&world, 1).await, (Status::Preliminary, vec![]));
    assert_eq!(stands(&world, 2).await, (Status::NotCounted, vec![OTHER]));
    tally_agrees(&world).await;
}

pub async fn a_verdict_without_a_reason_or_without_an_apoyo_is_refused<E: Engine>() {
    let world = World::<E>::with_campaigns().await;
    world.give(1, "agua-1").await;
    let empty = Verdict::NotCounted {
        reasons: vec![],
        place: None,
    };
    assert!(
        world
            .store
            .settle_apoyo(apoyo_id(1), empty, start())
            .await
            .is_err()
    );
    let nobody = in_roll(1, place(1, 1, 1));
    assert!(
        world
            .store
            .settle_apoyo(apoyo_id(9), nobody, start())
            .await
            .is_err()
    );
    assert_eq!(stands(&world, 1).await.0, Status::Received);
}

pub async fn pictures_that_wait_for_their_key_are_remembered_until_somebody_has_looked<
    E: Engine,
>() {
    let world = World::<E>::with_campaigns().await;
    for number in 1..=3 {
        world.give(number, "agua-1").await;
    }
    let person = |number| in_roll(number, place(9, 12, 4321));
    world.settle_unopened(1, person(1)).await;
    world.settle_unopened(2, person(2)).await;
    world.settle_unopened(2, person(2)).await;
    world.settle(3, person(3)).await;
    assert_eq!(stands(&world, 1).await, (Status::Preliminary, vec![]));
    assert_eq!(unopened(&world, 0).await, [1, 2]);
    assert_eq!(unopened(&world, 1).await, [2]);

    // Somebody comes with the key: one picture is as it was said, the other is not.
    world.settle(1, person(1)).await;
    let reasons = vec![Reason::QrNoCoincide];
    let place = Some(place(9, 12, 4321));
    let verdict = Verdict::InReview {
        reasons: reasons.clone(),
        place,
    };
    world.settle(2, verdict).await;
    assert!(unopened(&world, 0).await.is_empty());
    assert_eq!(world.store.unopened_count().await.unwrap(), 0);
    assert_eq!(stands(&world, 1).await, (Status::Preliminary, vec![]));
    assert_eq!(stands(&world, 2).await, (Status::InReview, reasons));
    tally_agrees(&world).await;
}
